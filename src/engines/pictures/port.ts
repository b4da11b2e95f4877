/** The pictures port: heavy work on picture files, off the event loop. */

/** Formats of derivatives. */
export type PictureFormat = 'avif' | 'webp' | 'jpeg';

/** Widths of derivatives in pixels; a picture narrower than a width is not enlarged. */
export const pictureWidths = [236, 474, 736, 1200] as const;

/** One of the derivative widths. */
export type PictureWidth = (typeof pictureWidths)[number];

/** Limits on what is read. */
export interface PictureLimits {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Width times height of one frame; all frames together may have eight times as many. */
  readonly pixels: number;
  /** Frames of an animation. */
  readonly frames: number;
}

/** A rectangle in fractions of the picture after orientation: 0 ≤ x, y; x + width, y + height ≤ 1. */
export interface CropBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A colour of a palette. */
export interface Swatch {
  /** `#rrggbb`. */
  readonly hex: string;
  /** Share of the picture, 0 to 1. */
  readonly share: number;
}

/** A file that was made. */
export interface Derivative {
  readonly width: PictureWidth;
  readonly format: PictureFormat;
  readonly path: string;
  readonly bytes: number;
}

/** Everything learned from one decode. */
export interface PictureReport {
  /** The original's media type, from its bytes: image/jpeg, image/png, image/webp, image/avif, image/gif, image/tiff, image/svg+xml is refused. */
  readonly type: string;
  /** After EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Thumbhash, base64. */
  readonly placeholder: string;
  /** The dominant colour, `#rrggbb`. */
  readonly colour: string;
  /** Up to six colours, largest share first. */
  readonly palette: Swatch[];
  /** 64-bit perceptual hash, 16 hex digits. */
  readonly perceptualHash: string;
  readonly derivatives: Derivative[];
  /** The encoder's raw features. */
  readonly features: Float32Array;
}

/** What to do with one picture. */
export interface ProcessRequest {
  readonly source: string;
  /** A folder that exists; derivatives are written there as `<width>.<format>`. */
  readonly into: string;
  readonly formats: readonly PictureFormat[];
  readonly limits: PictureLimits;
}

/** What to turn into features. */
export interface EncodeRequest {
  /** A path, or the file's bytes. */
  readonly source: string | Uint8Array;
  readonly crop?: CropBox | undefined;
  readonly limits: PictureLimits;
}

/** The port. Broken, too large or foreign files reject with `UnsupportedError`, `TooLargeError`; nothing is left half written. */
export interface Pictures {
  /** Name of the encoder behind `features`, the key under which they are stored. */
  readonly encoder: string;
  /** Length of `features`. */
  readonly dimensions: number;
  /** Width, height (after orientation), frames and type from the header alone. */
  probe(
    source: string,
    limits: PictureLimits,
  ): Promise<Pick<PictureReport, 'type' | 'width' | 'height' | 'frames'>>;
  /** Decodes once: derivatives, colours, hashes, features. */
  process(request: ProcessRequest): Promise<PictureReport>;
  /** One derivative from the original, written to `target`. */
  derive(request: {
    source: string;
    width: PictureWidth;
    format: PictureFormat;
    target: string;
  }): Promise<void>;
  /** A copy of the original without EXIF, GPS and other metadata, orientation applied, colour profile kept as sRGB. Written to `target`. */
  strip(request: { source: string; target: string }): Promise<void>;
  /** Raw features of a picture or of a part of it. */
  encode(request: EncodeRequest): Promise<Float32Array>;
  close(): Promise<void>;
}
