import { type Predicate, type SchemaOf } from '../src/index.ts';
/** A small schema that the unit tests read easily. */
export declare const schema: import("../src/index.ts").Schema<{
    readonly fields: {
        state: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        country: import("../src/index.ts").Field<import("../src/index.ts").RequiredTextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        plan: import("../src/index.ts").Field<import("../src/index.ts").ChoiceInput<"free" | "pro">, import("../src/index.ts").RequiredChoiceInput<"free" | "pro">, never, import("../src/index.ts").ChoiceInput<"free" | "pro">>;
        spent: import("../src/index.ts").Field<import("../src/index.ts").DecimalInput, import("../src/index.ts").RequiredDecimalInput, import("../src/index.ts").SumInput, import("../src/index.ts").DecimalInput>;
        visits: import("../src/index.ts").Field<import("../src/index.ts").IntegerInput, import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").SumInput, import("../src/index.ts").IntegerInput>;
        active: import("../src/index.ts").Field<import("../src/index.ts").BooleanInput, import("../src/index.ts").RequiredBooleanInput, never, import("../src/index.ts").BooleanInput>;
        birthday: import("../src/index.ts").Field<import("../src/index.ts").DateInput, import("../src/index.ts").RequiredDateInput, never, import("../src/index.ts").DateInput>;
        seenAt: import("../src/index.ts").Field<import("../src/index.ts").TimestampInput, import("../src/index.ts").RequiredTimestampInput, never, import("../src/index.ts").TimestampInput>;
        languages: import("../src/index.ts").Field<import("../src/index.ts").ListInput<string>, import("../src/index.ts").RequiredListInput<string>, never, import("../src/index.ts").ListInput<string>>;
        address: import("../src/index.ts").ObjectField<{
            readonly city: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
            readonly size: import("../src/index.ts").ObjectField<{
                readonly length: import("../src/index.ts").Field<import("../src/index.ts").IntegerInput, import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").SumInput, import("../src/index.ts").IntegerInput>;
            }>;
        }>;
        'first name': import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
    };
    readonly tags: import("../src/index.ts").OpenTags<"VIP" | "churned">;
    readonly events: {
        opened: {
            campaign: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        };
        purchase: {
            amount: import("../src/index.ts").Field<import("../src/index.ts").DecimalInput, import("../src/index.ts").RequiredDecimalInput, import("../src/index.ts").SumInput, import("../src/index.ts").DecimalInput>;
            quantity: import("../src/index.ts").Field<import("../src/index.ts").IntegerInput, import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").SumInput, import("../src/index.ts").IntegerInput>;
            sku: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        };
    };
}>;
export interface Crm extends SchemaOf<typeof schema> {
}
export declare const segment: () => import("../src/index.ts").EmptySegment<Crm>;
export declare const now = "2026-11-24T09:30:00.000Z";
export declare const nowMs: number;
/** A segment of one field filter as data, for tests of what the builder's types refuse. */
export declare const fieldIs: (field: string, test: Predicate) => {
    readonly definition: {
        readonly format: 1;
        readonly rule: {
            readonly kind: 'field';
            readonly field: string;
            readonly test: Predicate;
        };
    };
};
/** An instant so many milliseconds before {@link now}, or after it when negative. */
export declare const ago: (ms: number) => string;
/** Everything that comes, in a list. */
export declare function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]>;
