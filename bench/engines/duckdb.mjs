// Serves DuckDB to its parent: requests come in as lines of JSON, replies go out so. protocol.go says what is in them.
import { mkdirSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { DuckDBInstance } from '@duckdb/node-api'

const folder = process.argv[2]
const file = `${folder}/events.duckdb`

const columns = {
  t: 'BIGINT', person: 'UINTEGER', name: 'VARCHAR', insert_id: 'UBIGINT', country: 'VARCHAR', city: 'VARCHAR',
  browser: 'VARCHAR', browser_version: 'DOUBLE', os: 'VARCHAR', device: 'VARCHAR', plan: 'VARCHAR', path: 'VARCHAR',
  item: 'VARCHAR', referrer: 'VARCHAR', price: 'DOUBLE', quantity: 'DOUBLE', signed_in: 'BOOLEAN', variant: 'VARCHAR',
  screen_width: 'DOUBLE',
}

async function open() {
  mkdirSync(folder, { recursive: true })
  const instance = await DuckDBInstance.create(file, { threads: '2' })
  const c = await instance.connect()
  await c.run("SET TimeZone = 'UTC'")
  return c
}

/** load reads the rows from the pipe, sorts them as our questions like them, and writes the file out. */
async function load(c, { pipe }) {
  const began = performance.now()
  const kinds = Object.entries(columns).map(([name, kind]) => `'${name}': '${kind}'`)
  await c.run('SET preserve_insertion_order = false')
  await c.run(`CREATE TABLE events AS SELECT epoch_ms(t)::TIMESTAMP_MS AS time, epoch_ms(t)::DATE AS day, * EXCLUDE (t)
    FROM read_csv('${pipe}', delim = '\t', header = false, auto_detect = false, quote = '', escape = '', columns = {${kinds}})`)
  await c.run('CHECKPOINT')
  const used = process.cpuUsage()
  return {
    bytes: statSync(file).size, seconds: (performance.now() - began) / 1000, processor: (used.user + used.system) / 1e6,
  }
}

/** ask asks once to warm up and then as often as wanted. */
async function ask(c, { text, repeats }) {
  const rows = await answer(c, text)
  const millis = []
  const before = process.cpuUsage()
  for (let i = 0; i < repeats; i++) {
    const began = performance.now()
    await answer(c, text)
    millis.push(performance.now() - began)
  }
  const used = process.cpuUsage(before)
  return { rows, millis, processor: (used.user + used.system) / 1e6 / Math.max(1, repeats) }
}

async function answer(c, text) {
  const reader = await c.runAndReadAll(text)
  return reader.getRows().map((row) => row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell)))
}

const connection = await open()
const ways = { load, ask }
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  const reply = await ways[request.do](connection, request).catch((e) => ({ error: String(e) }))
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}
connection.closeSync()
