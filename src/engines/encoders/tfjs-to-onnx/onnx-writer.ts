/** Builds an ONNX model in memory, operation by operation. */
import proto from 'onnx-proto';
import { sizeOf } from './weights.ts';

const { onnx } = proto;
const { FLOAT, UINT8 } = onnx.TensorProto.DataType;
const kinds = onnx.AttributeProto.AttributeType;

/** Attribute values that the operators here need: whole numbers, lists of them, and texts. */
export type OnnxAttribute = number | readonly number[] | string;

/** Operator set that `node` may draw on. */
const operatorSet = 13;

function attribute(name: string, value: OnnxAttribute): proto.onnx.IAttributeProto {
  if (typeof value === 'string') return { name, type: kinds.STRING, s: Buffer.from(value) };
  if (typeof value === 'number') return { name, type: kinds.INT, i: value };
  return { name, type: kinds.INTS, ints: [...value] };
}

function tensor(name: string, elemType: number, dims: readonly number[]): proto.onnx.IValueInfoProto {
  return { name, type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } } };
}

/** Collects a graph's operations and constants; every value is known by a name that is used once. */
export class OnnxWriter {
  readonly #nodes: proto.onnx.INodeProto[] = [];
  readonly #constants: proto.onnx.ITensorProto[] = [];
  readonly #inputs: proto.onnx.IValueInfoProto[] = [];
  readonly #outputs: proto.onnx.IValueInfoProto[] = [];
  #unnamed = 0;

  #fresh(): string {
    return `value_${this.#unnamed++}`;
  }

  /** Declares the input, a tensor of bytes; returns its name. */
  byteInput(name: string, dims: readonly number[]): string {
    this.#inputs.push(tensor(name, UINT8, dims));
    return name;
  }

  /** Adds an operation with one output and returns the output's name. */
  node(opType: string, input: string[], attributes: Record<string, OnnxAttribute> = {}): string {
    const output = this.#fresh();
    const list = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    this.#nodes.push({ opType, name: output, input, output: [output], attribute: list });
    return output;
  }

  /** Adds a constant of floats and returns its name; throws when the shape does not hold the values. */
  constant(values: Float32Array, dims: readonly number[]): string {
    if (sizeOf(dims) !== values.length) throw new Error(`${values.length} values do not fill [${dims}]`);
    const name = this.#fresh();
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#constants.push({ name, dataType: FLOAT, dims: [...dims], rawData });
    return name;
  }

  /** Gives a value out under a name of its own. */
  floatOutput(name: string, value: string, dims: readonly number[]): void {
    this.#nodes.push({ opType: 'Identity', name, input: [value], output: [name] });
    this.#outputs.push(tensor(name, FLOAT, dims));
  }

  /** The finished model as the bytes of an `.onnx` file. */
  finish(graphName: string): Uint8Array {
    return onnx.ModelProto.encode({
      irVersion: onnx.Version.IR_VERSION_2020_5_8,
      producerName: 'pinakes',
      opsetImport: [{ domain: '', version: operatorSet }],
      graph: {
        name: graphName,
        node: this.#nodes,
        initializer: this.#constants,
        input: this.#inputs,
        output: this.#outputs,
      },
    }).finish();
  }
}
