import { expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf } from '../support/table-shape.js';

it('makes no times in a table in between that its association says has none', async () => {
  const { project } = await analyseText({
    'models.js': `
const { Sequelize, DataTypes } = require('sequelize');
const sequelize = new Sequelize('postgres://');
const Shop = sequelize.define('Shop', { name: DataTypes.STRING });
const Tag = sequelize.define('Tag', { word: DataTypes.STRING }, { timestamps: false });
Shop.belongsToMany(Tag, { through: 'shop_tags', foreignKey: 'shopId', otherKey: 'tagId', timestamps: false });
Tag.belongsToMany(Shop, { through: 'shop_tags', foreignKey: 'tagId', otherKey: 'shopId', timestamps: false });
`,
  });
  expect(shapeOf(project.schema, 'shop_tags').slice(0, 3)).toEqual(['shopId integer', 'tagId integer', 'primary (shopId, tagId)']);
});

it('makes one index of the properties that a decorator of its own stands on, for each such decorator', async () => {
  const { project } = await analyseText({
    'models.ts': `
import { Column, DataType, Model, Table, createIndexDecorator } from 'sequelize-typescript';
const DayIndex = createIndexDecorator({ name: 'samples_field_day', unique: true });
const LabIndex = createIndexDecorator();
@Table({ tableName: 'samples', timestamps: false })
export class Sample extends Model {
  @DayIndex @Column(DataType.INTEGER) declare fieldId: number;
  @DayIndex @Column(DataType.DATEONLY) declare takenOn: string;
  @LabIndex @Column(DataType.STRING) declare lab: string;
  @LabIndex @Column(DataType.STRING) declare shelf: string;
}
`,
  });
  expect(project.schema.tables[0]!.indexes.map((index) => [index.parts.map((part) => part.column?.name).join(), index.unique])).toEqual([['fieldId,takenOn', true], ['lab,shelf', false]]);
});
