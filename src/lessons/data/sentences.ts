import sentences from './sentences.json' with { type: 'json' };

/** The lesson's sentence by its id. @throws Error for an id that isn't there, naming those that are */
export function sentence(id: string): string {
  const found = sentences.find((candidate) => candidate.id === id);
  if (found === undefined)
    throw new Error(
      `there is no sentence ${id}; there are ${sentences.map((known) => known.id).join(', ')}.`,
    );
  return found.text;
}
