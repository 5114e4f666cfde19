/** Names as the naming strategies of TypeScript's ORMs spell them. */

/** `isActive` → `is_active`, `HTTPHost` → `http_host`. */
export function snakeCase(name: string): string {
  return name.replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[\s-]+/g, '_').toLowerCase();
}

/** `author_id` → `authorId`. */
export function camelCase(name: string): string {
  return name.replace(/[\s_-]+(.)/g, (_, letter: string) => letter.toUpperCase()).replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

export const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
