import { inflateSync } from 'node:zlib';

/** Of a picture as Chromium takes it: its size in pixels, and how many lines of pixels are unlike all others. */
export type Picture = { width: number; height: number; lines: number };

const bytesPerPixel: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Reads a PNG of 8 bits a colour. Lines are compared as they are filtered: where nothing is drawn they are all the same. */
export function readPicture(png: Buffer): Picture {
  const header = png.subarray(16);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const pixel = bytesPerPixel[header.readUInt8(9)];
  if (pixel === undefined) throw new Error(`a picture of colour type ${header.readUInt8(9)} is not one of Chromium`);
  const pixels = inflateSync(Buffer.concat(chunksOf(png, 'IDAT')));
  const length = 1 + width * pixel;
  const lines = new Set<string>();
  for (let at = 0; at < pixels.length; at += length) lines.add(pixels.toString('latin1', at, at + length));
  return { width, height, lines: lines.size };
}

function chunksOf(png: Buffer, wanted: string): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === wanted)
      chunks.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return chunks;
}

/** Bytes a picture in the documents may have. */
const largest = 200_000;

/** A picture shows something: a tenth of its lines at least have something of their own. Throws what is wrong with it. */
export function expectPicture(png: Buffer, name: string): void {
  const { height, lines } = readPicture(png);
  if (lines < height / 10) throw new Error(`the picture ${name} is blank: ${lines} of its ${height} lines differ`);
  if (png.length >= largest) throw new Error(`the picture ${name} has ${png.length} bytes`);
}
