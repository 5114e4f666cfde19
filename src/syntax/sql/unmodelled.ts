/**
 * Statements that a dump has for each of its objects and that change nothing of the schema's model: owners, rights, sequences. They are
 * told by their words and not parsed: of a dump's statements they are a third and more. As PostgreSQL writes them
 * (https://github.com/postgres/postgres/blob/master/src/bin/pg_dump/pg_dump.c); whatever is written otherwise is parsed.
 */
const NAME = String.raw`(?:\w+|"[^"]+")(?:\.(?:\w+|"[^"]+"))*`;
const OWNER = String.raw`(?:table|sequence|view|materialized view|foreign table|type|domain|schema) (?:only )?${NAME} owner to ${NAME}`;
const OPTION = String.raw`as \w+|start with -?\d+|increment by -?\d+|no minvalue|no maxvalue|minvalue -?\d+|maxvalue -?\d+|cache \d+|cycle|owned by ${NAME}`;
const RIGHTS = String.raw`(?:grant|revoke) [a-z, ]+ on (?:table|sequence|schema|type) ${NAME} (?:to|from) ${NAME}`;
const UNMODELLED = new RegExp(`^(?:alter (?:${OWNER})|(?:create|alter) sequence ${NAME}(?: (?:${OPTION}))+|${RIGHTS})$`.replaceAll(' ', String.raw`\s+`), 'i');

/** The letters that such statements begin with: alter, create, grant, revoke. */
const BEGINNING = /[acgr]/i;

/** Whether the statement is one of these. `text` is the whole of it, without its semicolon. */
export function isUnmodelled(text: string): boolean {
  return BEGINNING.test(text[0] ?? '') && text.length < 500 && UNMODELLED.test(text);
}
