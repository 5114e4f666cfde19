import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const relationshipsOf = ({ project }: Analysis, name: string): string[] => project.schema.tables.find((table) => table.name === name)!.relationships
  .map((each) => `${each.name}: ${each.target.name}${each.many ? '[]' : ''}${each.through ? ` through ${each.through.name}` : ''}${each.foreignKey ? ` by ${each.foreignKey.columns.map((column) => column.name).join()}` : ''}`);

const FOLDER = `
'use strict';
const fs = require('fs');
const path = require('path');
const Sequelize = require('sequelize');
const config = require('../config.json');
const db = {};
const sequelize = new Sequelize(config.database, config.username, config.password, { ...config, define: { underscored: true } });
fs.readdirSync(__dirname).filter((file) => file !== 'index.js').forEach((file) => {
  const model = require(path.join(__dirname, file))(sequelize, Sequelize.DataTypes);
  db[model.name] = model;
});
Object.keys(db).forEach((name) => { if (db[name].associate) db[name].associate(db); });
db.sequelize = sequelize;
module.exports = db;
`;

describe('the folder of models that the command line makes', () => {
  let analysis: Analysis;
  beforeAll(async () => {
    analysis = await analyseText({
      'models/index.js': FOLDER,
      'models/user.js': `
'use strict';
const { Model } = require('sequelize');
module.exports = (sequelize, DataTypes) => {
  /** People who log in */
  class User extends Model {
    static associate(models) {
      User.hasMany(models.Post, { as: 'posts', foreignKey: 'authorId', onDelete: 'CASCADE', hooks: true });
      User.belongsToMany(models.Group, { through: 'user_groups' });
    }
    get label() { return this.email; }
  }
  User.init({
    id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
    // where mail is sent to
    email: { type: DataTypes.STRING, allowNull: false, unique: true },
    role: { type: DataTypes.ENUM('admin', 'member'), defaultValue: 'member' },
    tags: DataTypes.ARRAY(DataTypes.STRING(40)),
    tenant: { type: DataTypes.INTEGER, unique: 'tenant_nick' },
    nick: { type: DataTypes.STRING(20), unique: 'tenant_nick', field: 'nickname' },
    fullName: { type: DataTypes.VIRTUAL, get() { return this.email; } },
  }, { sequelize, modelName: 'User', paranoid: true, indexes: [{ fields: ['role', { name: 'createdAt', order: 'DESC' }] }, { unique: true, fields: ['email'], where: { deleted_at: null } }] });
  return User;
};
`,
      'models/post.js': `
module.exports = function (sequelize, DataTypes) {
  const Post = sequelize.define('Post', {
    title: { type: DataTypes.TEXT, allowNull: false },
    score: DataTypes.DECIMAL(10, 2),
  }, { timestamps: false, tableName: 'articles' });
  Post.associate = function (models) {
    Post.belongsTo(models.User, { as: 'author', foreignKey: { name: 'authorId', allowNull: false } });
    Post.belongsTo(models.Post, { as: 'parent', constraints: false });
  };
  return Post;
};
`,
      'models/group.js': `
module.exports = (sequelize, DataTypes) => {
  const Group = sequelize.define('Group', { name: DataTypes.STRING, createdOn: DataTypes.DATEONLY }, { createdAt: 'made', updatedAt: false, freezeTableName: true });
  return Group;
};
`,
    });
  });

  it('has the columns, keys and indexes of each model', () => {
    expect(tableNames(analysis.project.schema)).toEqual(['Group', 'articles', 'user_groups', 'users']);
    expect(shapeOf(analysis.project.schema, 'users')).toEqual([]);
    expect(shapeOf(analysis.project.schema, 'articles')).toEqual([]);
    expect(shapeOf(analysis.project.schema, 'Group')).toEqual([]);
    expect(shapeOf(analysis.project.schema, 'user_groups')).toEqual([]);
  });
  it('has the relationships', () => {
    expect(relationshipsOf(analysis, 'users')).toEqual([]);
    expect(relationshipsOf(analysis, 'articles')).toEqual([]);
  });
});
