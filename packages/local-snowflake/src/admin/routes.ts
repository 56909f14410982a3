import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { Table } from '../catalog/entities.ts';
import { splitQualified } from '../catalog/identifier.ts';
import type { EmulatorContext } from '../context.ts';
import type { Faults } from '../faults/faults.ts';
import { firstProblem } from '../faults/problem.ts';
import { faultRule } from '../faults/rule.ts';
import { failOver, rotateKeys } from '../streaming/key-rotation.ts';
import { adminGuard } from './guard.ts';

const rotation = z.strictObject({
  /** `DATABASE.SCHEMA.TABLE` as SQL identifiers; without it, all tables. */
  table: z.string('takes DATABASE.SCHEMA.TABLE').optional(),
});

const nothing = z.strictObject({});

/** What the API acts on besides the data. */
export interface AdminParts {
  readonly faults: Faults;
  readonly token: string;
  /** Returns the local Snowflake to the state of its first start. */
  reset(): Promise<void>;
}

/**
 * The API for the person who runs the local Snowflake: `GET`, `POST` and `DELETE /admin/faults`, `DELETE /admin/faults/ID`,
 * `POST /admin/rotate-keys`, `POST /admin/failover` and `POST /admin/reset`.
 */
export function adminRoutes(
  context: EmulatorContext,
  { faults, token, reset }: AdminParts,
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use('/admin/*', adminGuard(token));
  app.get('/admin/faults', (c) => c.json({ seed: faults.seed, faults: faults.list() }));
  app.post('/admin/faults', async (c) => {
    const parsed = faultRule.safeParse(await jsonOf(c));
    if (!parsed.success) return c.json({ error: problem(parsed.error) }, 400);
    return c.json(faults.add(parsed.data), 201);
  });
  app.delete('/admin/faults', (c) => {
    faults.clear();
    return c.json({ seed: faults.seed, faults: [] });
  });
  app.delete('/admin/faults/:id', (c) => {
    const id = Number(c.req.param('id'));
    return faults.remove(id) ? c.json({ id }) : c.json({ error: 'There is no fault with that id.' }, 404);
  });
  app.post('/admin/rotate-keys', async (c) => {
    const parsed = rotation.safeParse(await jsonOf(c));
    if (!parsed.success) return c.json({ error: problem(parsed.error) }, 400);
    const tables = meant(context.catalog, parsed.data.table);
    if (!tables) return c.json({ error: `There is no table ${parsed.data.table}.` }, 404);
    return c.json({ rotated: await rotateKeys(context, tables) });
  });
  app.post('/admin/failover', async (c) => {
    const parsed = nothing.safeParse(await jsonOf(c));
    if (!parsed.success) return c.json({ error: problem(parsed.error) }, 400);
    return c.json(await failOver(context, meant(context.catalog, undefined) ?? []));
  });
  app.post('/admin/reset', async (c) => {
    const parsed = nothing.safeParse(await jsonOf(c));
    if (!parsed.success) return c.json({ error: problem(parsed.error) }, 400);
    await reset();
    return c.json({});
  });
  return app;
}

/** The body as JSON; an empty one is `{}`; one that is not JSON is undefined, which the check reports. */
async function jsonOf(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(error: z.ZodError): string {
  const [issue] = error.issues;
  const isObject = issue?.code !== 'invalid_type' || issue.path.length > 0;
  return isObject ? firstProblem(error) : 'The body is not a JSON object.';
}

function meant(catalog: Catalog, name: string | undefined): Table[] | undefined {
  if (name === undefined) {
    const schemas = [...catalog.databases.values()].flatMap(({ schemas }) => [...schemas.values()]);
    return schemas.flatMap(({ tables }) => [...tables.values()]).filter((table) => !table.view);
  }
  const table = named(catalog, name);
  return table && !table.view ? [table] : undefined;
}

function named(catalog: Catalog, name: string): Table | undefined {
  try {
    const [database = '', schema = '', table = ''] = splitQualified(name);
    return catalog.table(database, schema, table);
  } catch {
    return undefined; // no identifier, so no table's name
  }
}
