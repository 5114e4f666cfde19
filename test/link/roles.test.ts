/** What the path of a file tells of its code: see `roleOf` in `src/link/context.ts`. */
import { describe, expect, it } from 'vitest';
import { roleOf } from '../../src/link/context.js';

const never = (): boolean => false;
const role = (path: string) => roleOf(path, { isTest: never, isMigration: never, isApplication: never });

describe('code of an application', () => {
  it.each([
    'src/domain/factories/invoice.factory.ts', 'shop/factories/orders.py', 'src/fixtures/fixture.service.ts', 'src/fixtures/fixtures.controller.ts', 'src/fixtures/dto/create-fixture.dto.ts', 'src/modules/tests/entities/test.entity.ts',
  ])('may stand in folders that are called after tests elsewhere: %s', (path) => expect(role(path)).toBe('application'));
});

describe('tests', () => {
  it.each([
    'tests/orders.py', 'src/orders/orders.spec.ts', 'test/app.e2e-spec.ts', 'database/factories/user.factory.ts', 'src/db/factories/user.ts', 'tests/factories/users.py', 'fixtures/crm/models.py', 'src/fixtures/users.ts', 'src/tests/orders.service.ts', 'src/fixtures/fixture.service.spec.ts', '.github/workflows/release.yml',
  ])('stand in folders of their own, or are called so: %s', (path) => expect(role(path)).toBe('test'));
});
