import type { ReportingDescriptor } from 'sarif';
import type { RuleInfo } from '../lint/own-rules.js';
import { rulePageAddress } from './links.js';
import { sentence } from './words.js';

const LONGEST = 1024;

/** A rule as code scanning shows it: the page is its help. */
export function descriptorOf(rule: RuleInfo, page: string | null, version: string): ReportingDescriptor {
  const short = sentence(rule.summary);
  return {
    id: rule.id,
    name: rule.id
      .split('-')
      .map((word) => word[0].toUpperCase() + word.slice(1))
      .join(''),
    shortDescription: { text: clipped(short) },
    fullDescription: { text: clipped(firstParagraph(page) ?? short) },
    help: { text: `${short} See ${rulePageAddress(rule.id, version)}`, ...(page ? { markdown: withoutHtml(page) } : {}) },
    helpUri: rulePageAddress(rule.id, version),
    defaultConfiguration: { level: rule.level },
    properties: {
      tags: ['database', 'maintainability', 'schema-design'],
      precision: rule.precision,
      'problem.severity': rule.level === 'note' ? 'recommendation' : rule.level,
    },
  };
}

/** The first prose of a page, as plain text. */
function firstParagraph(page: string | null): string | null {
  const found = page?.split(/\r?\n\s*\r?\n/).find((part) => /^[A-Za-z`*'"]/.test(part.trim()));
  return found ? sentence(found.trim().replace(/\s+/g, ' ').replace(/[`*{}]/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')) : null;
}

function clipped(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 4)} ...`;
}

/** SARIF forbids HTML in Markdown: comments go, and tags outside of code lose their marks. */
function withoutHtml(page: string): string {
  return page.replace(/<!--[\s\S]*?-->\n?/g, '');
}
