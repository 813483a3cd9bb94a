import type { Settings } from "@sc/contracts";
import { UsageError } from "../errors.ts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session } from "../session.ts";

/** All services, each with what people changed. */
export async function settings(session: Session): Promise<void> {
  await print(session, await session.api.settings(), (list) => table(list, serviceColumns));
}

export async function getSettings(session: Session, service: string): Promise<void> {
  await print(session, await session.api.settingsOf(service), describeSettings);
}

export interface SetSettingsOptions {
  /** `KEY=VALUE`; `KEY=` = back to the preset. */
  readonly assignments: readonly string[];
  /** Keys that go back to the preset. */
  readonly reset?: readonly string[];
  readonly dryRun?: boolean;
}

type Value = string | number | boolean | null | readonly string[];
type Values = Readonly<Record<string, Value>>;

/**
 * The kinds of values are those of the server's answer, so that a text is no number by accident; the
 * bounds are the server's. The revision that was looked at goes along.
 */
export async function setSettings(
  session: Session,
  service: string,
  { assignments, reset = [], dryRun }: SetSettingsOptions,
): Promise<void> {
  const written = [...assignments.map(parseAssignment), ...reset.map((key) => [key, ""] as const)];
  if (written.length === 0) throw new UsageError("nothing to set: give KEY=VALUE or --reset KEY");
  const before = await session.api.settingsOf(service);
  const update: Values = Object.fromEntries(
    written.map(([key, text]) => [key, typedValue(before, key, text)] as const),
  );
  if (dryRun === true) {
    session.terminal.note("would set (the server has not judged it):");
    const now = new Map(entriesOf(before.values));
    const presets = new Map(entriesOf(before.presets));
    return print(session, update, (data) =>
      Object.entries(data)
        .map(
          ([key, value]) => `${key}: ${shown(now.get(key))} → ${shown(value ?? presets.get(key))}`,
        )
        .join("\n"),
    );
  }
  const after = await session.api.updateSettings(before.service, update, before.revision);
  await print(session, after, describeSettings);
}

function parseAssignment(text: string): readonly [key: string, value: string] {
  const [, key, value] = /^([A-Za-z]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`${text} is no KEY=VALUE`);
  }
  return [key, value.trim()];
}

function typedValue(before: Settings, key: string, text: string): Value {
  const presets = new Map(entriesOf(before.presets));
  const preset = presets.get(key);
  if (preset === undefined) {
    const known = [...presets.keys()].join(", ");
    throw new UsageError(`${before.service} has no ${key}; it has ${known}`);
  }
  if (text === "") return null;
  const sample = new Map(entriesOf(before.values)).get(key) ?? preset;
  if (typeof sample === "boolean") return flag(key, text);
  if (typeof sample === "string") return text;
  if (Array.isArray(sample)) return text.split(",").map((word) => word.trim());
  // Null is not known by its kind: what may also be nothing is a number in all settings.
  return text === "null" && preset === null ? null : decimal(key, text);
}

function flag(key: string, text: string): boolean {
  if (text !== "true" && text !== "false") {
    throw new UsageError(`${key} is ${text}, expected true or false`);
  }
  return text === "true";
}

function decimal(key: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`${key} is ${text}, expected a number`);
  return value;
}

const entriesOf = (values: Settings["values"]): readonly (readonly [string, Value])[] =>
  Object.entries(values);

const shown = (value: Value | undefined): string => String(value ?? null);

const serviceColumns: readonly Column<Settings>[] = [
  { title: "SERVICE", text: ({ service }) => service },
  { title: "REVISION", text: ({ revision }) => String(revision), isNumber: true },
  {
    title: "DIFFERS FROM PRESET",
    text: (each) =>
      rowsOf(each)
        .filter(({ isChanged }) => isChanged)
        .map(({ key, value }) => `${key}=${shown(value)}`)
        .join(" ") || "-",
  },
];

interface SettingRow {
  readonly key: string;
  readonly value: Value;
  readonly preset: Value;
  readonly isChanged: boolean;
}

function rowsOf({ values, presets }: Settings): readonly SettingRow[] {
  const presetOf = new Map(entriesOf(presets));
  return entriesOf(values).map(([key, value]) => {
    const preset = presetOf.get(key) ?? null;
    return { key, value, preset, isChanged: shown(value) !== shown(preset) };
  });
}

function describeSettings(each: Settings): string {
  const rows = table(rowsOf(each), [
    { title: "KEY", text: ({ key }) => key },
    { title: "VALUE", text: ({ value }) => shown(value), isNumber: true },
    { title: "PRESET", text: ({ preset }) => shown(preset), isNumber: true },
    { title: "", text: ({ isChanged }) => (isChanged ? "changed" : "") },
  ]);
  return `${each.service}, revision ${each.revision}\n\n${rows}`;
}
