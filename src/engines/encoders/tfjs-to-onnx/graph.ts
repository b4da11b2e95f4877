/** Reads the graph of a TensorFlow.js model (`model.json`). */
import { type Constant, readWeights, type WeightEntry } from './weights.ts';

/** An attribute as TensorFlow's JSON has it; byte strings are in base64, integers are decimal strings. */
export interface TfAttribute {
  readonly s?: string;
  readonly b?: boolean;
  readonly list?: { readonly i?: readonly string[]; readonly s?: readonly string[] };
}

/** One operation; `input` names other operations, `name:1` being the second output. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, TfAttribute>>;
}

/** A model: its operations by name, and the values of its `Const` operations. */
export interface TfGraph {
  readonly nodes: ReadonlyMap<string, TfNode>;
  readonly constants: ReadonlyMap<string, Constant>;
}

interface ModelJson {
  readonly modelTopology: { readonly node: readonly Partial<TfNode>[] };
  readonly weightsManifest: readonly { readonly weights: readonly WeightEntry[] }[];
}

function toNode(node: Partial<TfNode>): TfNode {
  return { name: node.name ?? '', op: node.op ?? '', input: node.input ?? [], attr: node.attr ?? {} };
}

/** Reads a model from its JSON text and its binary file. Throws when they do not belong together. */
export function readGraph(json: string, binary: Uint8Array): TfGraph {
  const model = JSON.parse(json) as ModelJson;
  const nodes = model.modelTopology.node.map(toNode);
  const entries = model.weightsManifest.flatMap((group) => group.weights);
  return { nodes: new Map(nodes.map((node) => [node.name, node])), constants: readWeights(entries, binary) };
}

/** The operations that the named outputs need, and no others, each after the ones it needs itself. */
export function operationsFor(graph: TfGraph, outputs: readonly string[]): TfNode[] {
  const ordered = new Map<string, TfNode>();
  const visit = (name: string): void => {
    if (ordered.has(name)) return;
    const node = graph.nodes.get(name);
    if (!node) throw new Error(`the model has no operation ${name}`);
    for (const input of node.input) visit(input);
    ordered.set(name, node);
  };
  for (const name of outputs) visit(name);
  return [...ordered.values()];
}

/** A byte-string attribute as text, or `fallback` when the operation lacks it. */
export function textAttribute(node: TfNode, name: string, fallback: string): string {
  const value = node.attr[name]?.s;
  return value === undefined ? fallback : Buffer.from(value, 'base64').toString();
}

/** A list of byte strings as texts; empty when the operation lacks it. */
export function textsAttribute(node: TfNode, name: string): string[] {
  return (node.attr[name]?.list?.s ?? []).map((value) => Buffer.from(value, 'base64').toString());
}

/** The height and width of an attribute that lists four numbers for NHWC axes (strides, dilations); 1 by default. */
export function planeAttribute(node: TfNode, name: string): [number, number] {
  const [, height, width] = node.attr[name]?.list?.i ?? [];
  return [Number(height ?? 1), Number(width ?? 1)];
}
