// Holds values and descriptions against the types of the package, by TypeScript's own compiler.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ts from "typescript";

const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.NodeJs,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: [],
    skipLibCheck: true,
};
const types = join(process.cwd(), "client", "src", "index.ts");

/** Compiles one text after the import of everything that the package exports. */
function compile(text: string): { program: ts.Program; file: ts.SourceFile } {
    const folder = mkdtempSync(join(tmpdir(), "ghost-types-"));
    try {
        const path = join(folder, "values.ts");
        writeFileSync(path, `import type * as Ghost from ${JSON.stringify(types.replace(/\.ts$/, ""))};\n${text}\n`);
        const program = ts.createProgram([path], options);
        const file = program.getSourceFile(path);
        if (file === undefined) throw new Error(`${path} was not read`);
        program.getTypeChecker();
        return { program, file };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** A type of the package as it is written where the package is imported as `Ghost`. */
function qualified(type: string): string {
    return type.replace(/\b(?!NonNullable\b)[A-Z]\w*/g, (name) => `Ghost.${name}`);
}

/** A value of which is said that it has a type. */
export interface Claim {
    name: string;
    type: string;
    value: unknown;
}

/** What is not as claimed, by the name of the claim: absent fields, fields too many, values of another type. */
export function typeFaults(claims: readonly Claim[]): Record<string, string[]> {
    // A literal that is given to a typed constant may have no field that the type does not know.
    const lines = claims.map(({ type, value }, index) => {
        return `export const v${index}: ${qualified(type)} = ${JSON.stringify(value, null, 1).replace(/\n */g, "")};`;
    });
    const { program, file } = compile(lines.join("\n"));
    const faults: Record<string, string[]> = {};
    for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
        const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
        const isHere = diagnostic.file?.fileName === file.fileName && diagnostic.start !== undefined;
        const line = isHere ? file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line : 0;
        const claim = claims[line - 1]?.name ?? diagnostic.file?.fileName ?? "the types";
        (faults[claim] ??= []).push(text);
    }
    return faults;
}

/** A schema of the API's description. */
export interface Schema {
    $ref?: string;
    type?: string | string[];
    enum?: string[];
    const?: string;
    anyOf?: Schema[];
    items?: Schema;
    properties?: Record<string, Schema>;
    required?: string[];
    additionalProperties?: Schema;
}

/** Compares schemas with the types that stand for them; gives each difference with its path. */
export function schemaFaults(schemas: Record<string, Schema>, names: Record<string, string>): string[] {
    const known = Object.entries(names);
    const { checker, file, types } = resolveTypes(known.map(([, type]) => type));
    const comparison = new Comparison(checker, file, schemas, names);
    return known.flatMap(([schema], index) => {
        const [body, type] = [schemas[schema], types[index]];
        if (body === undefined || type === undefined) return [`${schema}: the description does not have it`];
        return comparison.faults(body, type, schema);
    });
}

/** The words that types allow, which are unions of words, perhaps with null. */
export function wordsOf(names: readonly string[]): string[][] {
    return resolveTypes(names).types.map((type) => {
        const parts = type.isUnion() ? type.types : [type];
        return parts.filter((part) => part.isStringLiteral()).map((part) => (part as ts.StringLiteralType).value);
    });
}

function resolveTypes(names: readonly string[]): { checker: ts.TypeChecker; file: ts.SourceFile; types: ts.Type[] } {
    const text = names.map((name, index) => `export type T${index} = ${qualified(name)};`);
    const { program, file } = compile(text.join("\n"));
    const checker = program.getTypeChecker();
    const wrong = program.getSemanticDiagnostics(file)[0];
    if (wrong !== undefined) throw new Error(ts.flattenDiagnosticMessageText(wrong.messageText, " "));
    const module = checker.getSymbolAtLocation(file);
    const exported = module === undefined ? [] : checker.getExportsOfModule(module);
    const ofName = new Map(exported.map((symbol) => [symbol.name, checker.getDeclaredTypeOfSymbol(symbol)]));
    return { checker, file, types: names.flatMap((_, index) => ofName.get(`T${index}`) ?? []) };
}

class Comparison {
    private readonly checker: ts.TypeChecker;
    private readonly file: ts.SourceFile;
    private readonly schemas: Record<string, Schema>;
    private readonly names: Record<string, string>;

    constructor(
        checker: ts.TypeChecker,
        file: ts.SourceFile,
        schemas: Record<string, Schema>,
        names: Record<string, string>,
    ) {
        this.checker = checker;
        this.file = file;
        this.schemas = schemas;
        this.names = names;
    }

    faults(schema: Schema, type: ts.Type, path: string): string[] {
        const plain = this.resolve(schema);
        const parts = type.isUnion() ? type.types : [type];
        const some = parts.filter((part) => !(part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
        const mayBeNull = parts.some((part) => part.flags & ts.TypeFlags.Null);
        const faults: string[] = [];
        const isOpen = Object.keys(plain.schema).every((key) => key === "description");
        if (isOpen) return [];
        if (plain.mayBeNull !== mayBeNull) {
            faults.push(`${path}: ${mayBeNull ? "the type" : "the description"} alone lets it be null`);
        }
        // What has a name is compared where that is compared.
        return this.isNamed(schema) ? faults : [...faults, ...this.faultsOfValue(plain.schema, some, path)];
    }

    private isNamed(schema: Schema): boolean {
        const reference = schema.$ref ?? schema.anyOf?.find(({ $ref }) => $ref !== undefined)?.$ref;
        return reference !== undefined && (reference.split("/").at(-1) ?? "") in this.names;
    }

    private resolve(schema: Schema): { schema: Schema; mayBeNull: boolean } {
        if (schema.$ref !== undefined) return this.resolve(this.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
        const rest = schema.anyOf?.filter(({ type }) => type !== "null");
        const [only, second] = rest ?? [];
        if (only !== undefined && second === undefined) return { schema: this.resolve(only).schema, mayBeNull: true };
        if (!Array.isArray(schema.type)) return { schema, mayBeNull: false };
        const [type = "null"] = schema.type.filter((each) => each !== "null");
        return { schema: { ...schema, type }, mayBeNull: schema.type.includes("null") };
    }

    private faultsOfValue(schema: Schema, types: ts.Type[], path: string): string[] {
        // One of several forms: which of them, no field tells.
        if (schema.anyOf !== undefined) return [];
        const literals = types.map((type) => (type.isStringLiteral() ? type.value : null));
        const words = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
        if (words !== null) {
            const own = literals.map(String);
            const missing = words.filter((word) => !own.includes(word));
            const extra = own.filter((word) => !words.includes(word));
            return [
                ...missing.map((word) => `${path}: the type lacks "${word}"`),
                ...extra.map((word) => `${path}: the description lacks ${word === "null" ? "any text" : word}`),
            ];
        }
        const [type] = types;
        const is = (flag: ts.TypeFlags): boolean => types.length > 0 && types.every((each) => each.flags & flag);
        const shown = types.map((each) => this.checker.typeToString(each)).join(" | ");
        const wrong = [`${path}: the description says ${schema.type}, the type ${shown}`];
        switch (schema.type) {
            case "string":
                return is(ts.TypeFlags.StringLike) ? [] : wrong;
            case "integer":
            case "number":
                return is(ts.TypeFlags.NumberLike) ? [] : wrong;
            case "boolean":
                return is(ts.TypeFlags.BooleanLike) ? [] : wrong;
            case "array": {
                const item = type && this.checker.getIndexTypeOfType(type, ts.IndexKind.Number);
                return item === undefined ? wrong : this.faults(schema.items ?? {}, item, `${path}[]`);
            }
            case "object": {
                const isObject = is(ts.TypeFlags.Object | ts.TypeFlags.Intersection);
                return type === undefined || !isObject ? wrong : this.faultsOfObject(schema, type, path);
            }
            default:
                return wrong;
        }
    }

    private faultsOfObject(schema: Schema, type: ts.Type, path: string): string[] {
        const { properties, additionalProperties } = schema;
        if (properties === undefined) {
            if (additionalProperties === undefined || Object.keys(additionalProperties).length === 0) return [];
            const value = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
            if (value === undefined) return [`${path}: the type is no map`];
            return this.faults(additionalProperties, value, `${path}{}`);
        }
        const own = new Map(this.checker.getPropertiesOfType(type).map((each) => [each.name, each]));
        const faults = Object.entries(properties).flatMap(([name, property]) => {
            const symbol = own.get(name);
            if (symbol === undefined) return [`${path}.${name}: the type does not know it`];
            const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
            const isRequired = schema.required?.includes(name) === true;
            const who = isRequired ? "the type" : "the description";
            const presence = isOptional === isRequired ? [`${path}.${name}: only ${who} lets it be absent`] : [];
            const ofProperty = this.checker.getTypeOfSymbolAtLocation(symbol, this.file);
            return [...presence, ...this.faults(property, ofProperty, `${path}.${name}`)];
        });
        const extra = [...own.keys()].filter((name) => !(name in properties));
        return [...faults, ...extra.map((name) => `${path}.${name}: the description does not know it`)];
    }
}
