/** Constants of a TensorFlow.js model: the manifest in its JSON, the values in its binary file. */

/** Entry of the manifest: a tensor's name and shape, and how its values are stored. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string };
}

/** A constant tensor in TensorFlow's own order of axes; integers are held as floats too. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Number of elements of a tensor of this shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/** Value of an IEEE 754 half-precision number given by its 16 bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

type Reader = { readonly bytes: number; read(view: DataView, at: number): number };

const readers: Readonly<Record<string, Reader>> = {
  float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  float16: { bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
};

/**
 * Reads every constant. The tensors lie one after another in the binary file, in the
 * manifest's order. Throws when a type is unknown or the lengths do not agree.
 */
export function readWeights(entries: readonly WeightEntry[], binary: Uint8Array): Map<string, Constant> {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const constants = new Map<string, Constant>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of entries) {
    const type = quantization?.dtype ?? dtype;
    const reader = readers[type];
    if (!reader) throw new Error(`constant ${name} is stored as ${type}, which the converter cannot read`);
    const values = new Float32Array(sizeOf(shape));
    for (let i = 0; i < values.length; i++, at += reader.bytes) values[i] = reader.read(view, at);
    constants.set(name, { shape, values });
  }
  if (at !== binary.byteLength)
    throw new Error(`the constants take ${at} bytes, the file has ${binary.byteLength}`);
  return constants;
}
