import { beforeAll, describe, expect, it } from 'vitest';
import { loadExtract, type Extract } from '../../src/extract.js';
import { makeResolver } from '../../src/link/modules.js';

let extract: Extract;
beforeAll(async () => { extract = await loadExtract(new Set(['python'])); });

const resolverOf = (files: Readonly<Record<string, string>>) => {
  const resolve = makeResolver(new Map(Object.entries(files).map(([path, text]) => [path, extract(path, text)])));
  return (from: string, module: string) => resolve(from, module, 'python');
};

describe('modules of Python', () => {
  it('are found below any folder that may be a source root', () => {
    const resolve = resolverOf({ 'server/shop/__init__.py': '', 'server/shop/models.py': '', 'server/main.py': '' });
    expect(resolve('server/main.py', 'shop.models')).toBe('server/shop/models.py');
  });

  it('are not what a shorter name means by which a library goes, where the repository imports them by the whole one', () => {
    const files = { 'app/__init__.py': '', 'app/kit/__init__.py': '', 'app/kit/sqlalchemy/__init__.py': '', 'app/kit/sqlalchemy/types.py': 'import sqlalchemy as sa\n', 'app/models.py': 'from app.kit.sqlalchemy.types import StringEnum\n' };
    const resolve = resolverOf(files);
    expect(resolve('app/kit/sqlalchemy/types.py', 'sqlalchemy')).toBeNull();
    expect(resolve('app/models.py', 'app.kit.sqlalchemy.types')).toBe('app/kit/sqlalchemy/types.py');
  });

  it('go by a short name beside the importer where nobody uses a longer one', () => {
    const resolve = resolverOf({ 'app/__init__.py': '', 'app/models.py': '', 'app/main.py': 'from models import Order\n' });
    expect(resolve('app/main.py', 'models')).toBe('app/models.py');
  });
});
