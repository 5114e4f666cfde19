import type { PrismaBlock } from '../facts/prisma.js';
import type { Problem } from '../facts/file.js';
import { readBlock, skipStray } from './prisma/blocks.js';
import { Reader } from './prisma/reader.js';
import type { Comment } from './source.js';

/** What a Prisma schema file holds. A broken line or block is a problem, the others count. */
export interface ParsedPrisma { readonly blocks: PrismaBlock[]; readonly comments: Comment[]; readonly problems: Problem[] }

/** Parses one Prisma schema file. It never throws. */
export function parsePrisma(text: string): ParsedPrisma {
  const reader = new Reader(text);
  const blocks: PrismaBlock[] = [];
  for (let lead = reader.skipBlank(); !reader.atEnd; lead = reader.skipBlank()) {
    const block = readBlock(reader, lead);
    if (block) blocks.push(block);
    else skipStray(reader);
  }
  return { blocks, comments: reader.comments, problems: reader.problems };
}
