import type { Label } from './label.ts';
import type { Letter, Picture } from './picture.ts';

/**
 * A picture as an SVG file of its own, for eyes and for review: no numbers, no colours, no script. What the stage draws
 * has the same places.
 */
export function figure(picture: Picture): string {
  const { width, height, bodies, wires, dots, parts, strips, texts } = picture;
  const letters = new Map(picture.letters.map((letter) => [letter.name, letter]));
  const size = picture.frame === 'desk' ? 13 : 12;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 ${at(width + 16)} ${at(height + 16)}" width="${at(width + 16)}" height="${at(height + 16)}" font-family="serif" font-size="${size}">`,
    '<rect x="-8" y="-8" width="100%" height="100%" fill="#fff"/>',
    ...bodies.map((body) => `<rect ${box(body)} rx="8" fill="#fafbfb" stroke="#ccc"/>`),
    '<g fill="none" stroke="#235" stroke-width="1.5">',
    ...wires.flatMap(({ lines: own, arrow }) =>
      own.map((line, k) => {
        const end = arrow && k === own.length - 1 ? ' stroke-linecap="square"' : '';
        return `<path d="M${line.map(at).join(' ')}"${end}/>`;
      }),
    ),
    '</g>',
    ...dots.map(({ x, y }) => `<circle cx="${at(x)}" cy="${at(y)}" r="3" fill="#235"/>`),
    ...parts.map((part) => {
      const [x, y] = [part.x + part.width / 2, part.y + part.height / 2];
      const radius = part.kind === 'gate' || part.kind === 'constant' ? 4 : part.height / 2;
      const shape =
        part.kind === 'stub' ? '' : `<rect ${box(part)} rx="${at(radius)}" fill="#fff" stroke="#000"/>`;
      return `${shape}<text x="${at(x)}" y="${at(y + 4)}" text-anchor="middle">${write(part.label, letters)}</text>`;
    }),
    ...strips.map((strip) => {
      const name =
        strip.name === undefined
          ? ''
          : `<text x="${at(strip.nameX)}" y="${at(strip.nameY)}" font-size="${size + 2}">${write(strip.name, letters)}</text>`;
      return `<rect ${box(strip)} fill="#dde6ee" stroke="#888"/>${name}<text x="${at(strip.numberX)}" y="${at(strip.y - 6)}" text-anchor="${strip.numberAnchor}" fill="#999">0.00</text>`;
    }),
    ...texts.map(({ kind, label, x, y, anchor }) => {
      const text = kind === 'number' ? '0.00' : write(label, letters);
      return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${kind === 'number' ? '#999' : '#444'}">${text}</text>`;
    }),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function box({
  x,
  y,
  width,
  height,
}: Pick<Picture['parts'][number], 'x' | 'y' | 'width' | 'height'>): string {
  return `x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"`;
}

function write(label: Label, letters: ReadonlyMap<string, Letter>): string {
  return label
    .map((piece) => {
      if (typeof piece === 'string') return escaped(piece);
      const letter = letters.get(piece.letter);
      if (letter === undefined) return escaped(piece.letter);
      const below = letter.index === '' ? '' : `<tspan dy="3" font-size="9">${escaped(letter.index)}</tspan>`;
      return `<tspan font-style="italic">${escaped(letter.base)}${letter.prime ? '′' : ''}</tspan>${below}`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
