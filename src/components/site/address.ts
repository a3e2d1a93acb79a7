/** A path of the site, as it is linked: below the base that the site is served from. `path` begins with `/`. */
export const address = (path: string): string => `${import.meta.env.BASE_URL.replace(/\/$/, '')}${path}`;
