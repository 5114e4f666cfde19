/** A helper that many models share: what it does with the rows of each is seen, however many there are. See `newModels` in `src/flow/functions.ts`. */
import { expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const NUMBERS = Array.from({ length: 40 }, (_, index) => index);

const python = (helper: string, call: (number: number) => string) => ({
  'models.py': [
    'from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column\n\n\nclass Base(DeclarativeBase):\n    pass\n',
    ...NUMBERS.map((number) => `class Part${number}(Base):\n    __tablename__ = "parts_${number}"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    label: Mapped[str]\n`),
    helper,
    `def work(session: Session):\n${NUMBERS.map((number) => `    ${call(number)}\n`).join('')}`,
  ].join('\n\n'),
});

/** How many of the tables have a label that is read or handed out. */
async function readLabels(files: Readonly<Record<string, string>>): Promise<number> {
  const { project } = await analyseText(files);
  return new Set(project.usage.uses.filter(({ column, kind }) => column.name === 'label' && (kind === 'read' || kind === 'expose')).map(({ table }) => table.name)).size;
}

it.each([
  ['a row of each', 'def show(row):\n    print(row.label)\n', (number: number) => `show(session.get(Part${number}, 1))`],
  ['each model', 'def dump(session: Session, model):\n    return [row.__dict__ for row in session.query(model).all()]\n', (number: number) => `dump(session, Part${number})`],
  ['rows of each', 'def show(rows):\n    for row in rows:\n        print(row.label)\n', (number: number) => `show(session.query(Part${number}).all())`],
])('is given %s', async (_, helper, call) => {
  expect(await readLabels(python(helper, call))).toBe(NUMBERS.length);
});

it('reads what it is given and nothing else', async () => {
  expect(await readLabels(python('def show(row):\n    print(row.id)\n', (number) => `show(session.get(Part${number}, 1))`))).toBe(0);
});

it.each([
  ['keywords', 'def find(session: Session, model, **filters):\n    return session.query(model).filter_by(**filters).all()\n', (number: number) => `find(session, Part0, field_${number}=1)`],
  ['a dict', 'def find(session: Session, model, filters):\n    return session.query(model).filter_by(**filters).all()\n', (number: number) => `find(session, Part0, {"field_${number}": 1})`],
])('filters by each column that it is given as %s', async (_, helper, call) => {
  const fields = NUMBERS.map((number) => `    field_${number}: Mapped[int]\n`).join('');
  const { project } = await analyseText(Object.fromEntries(Object.entries(python(helper, call)).map(([path, text]) => [path, text.replace('    label: Mapped[str]\n', `    label: Mapped[str]\n${fields}`)])));
  expect(new Set(project.usage.queries.flatMap(({ conditions }) => conditions.map(({ column }) => column.name))).size).toBe(NUMBERS.length);
});
