import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

/** The English lessons: a file is a lesson, its name the last part of the address. */
const lessons = defineCollection({
  loader: glob({ pattern: '*.mdx', base: './src/lessons/en' }),
  schema: z.strictObject({
    title: z.string(),
    /** One sentence: the page's description and the line below its title in lists. */
    summary: z.string(),
    /** Its number in the order of lessons. */
    order: z.int().min(1),
    /** Minutes that reading and doing take. */
    minutes: z.int().min(1),
    /** Rows of the syllabus that it teaches. */
    covers: z.array(z.string().regex(/^[ST]\d{1,2}$/)),
  }),
});

export const collections = { lessons };
