import { type SchemaOf } from '../src/index.ts';
/** One optional and one required field of every kind. */
export declare const schema: import("../src/index.ts").Schema<{
    readonly fields: {
        state: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        email: import("../src/index.ts").Field<import("../src/index.ts").RequiredTextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        visits: import("../src/index.ts").Field<import("../src/index.ts").IntegerInput, import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").SumInput, import("../src/index.ts").IntegerInput>;
        age: import("../src/index.ts").Field<import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").SumInput, import("../src/index.ts").IntegerInput>;
        score: import("../src/index.ts").Field<import("../src/index.ts").NumberInput, import("../src/index.ts").RequiredNumberInput, never, import("../src/index.ts").NumberInput>;
        rating: import("../src/index.ts").Field<import("../src/index.ts").RequiredNumberInput, import("../src/index.ts").RequiredNumberInput, never, import("../src/index.ts").NumberInput>;
        spent: import("../src/index.ts").Field<import("../src/index.ts").DecimalInput, import("../src/index.ts").RequiredDecimalInput, import("../src/index.ts").SumInput, import("../src/index.ts").DecimalInput>;
        balance: import("../src/index.ts").Field<import("../src/index.ts").RequiredDecimalInput, import("../src/index.ts").RequiredDecimalInput, import("../src/index.ts").SumInput, import("../src/index.ts").DecimalInput>;
        subscribed: import("../src/index.ts").Field<import("../src/index.ts").BooleanInput, import("../src/index.ts").RequiredBooleanInput, never, import("../src/index.ts").BooleanInput>;
        active: import("../src/index.ts").Field<import("../src/index.ts").RequiredBooleanInput, import("../src/index.ts").RequiredBooleanInput, never, import("../src/index.ts").BooleanInput>;
        birthday: import("../src/index.ts").Field<import("../src/index.ts").DateInput, import("../src/index.ts").RequiredDateInput, never, import("../src/index.ts").DateInput>;
        joinedOn: import("../src/index.ts").Field<import("../src/index.ts").RequiredDateInput, import("../src/index.ts").RequiredDateInput, never, import("../src/index.ts").DateInput>;
        trialEndsAt: import("../src/index.ts").Field<import("../src/index.ts").TimestampInput, import("../src/index.ts").RequiredTimestampInput, never, import("../src/index.ts").TimestampInput>;
        createdAt: import("../src/index.ts").Field<import("../src/index.ts").RequiredTimestampInput, import("../src/index.ts").RequiredTimestampInput, never, import("../src/index.ts").TimestampInput>;
        plan: import("../src/index.ts").Field<import("../src/index.ts").ChoiceInput<"free" | "pro">, import("../src/index.ts").RequiredChoiceInput<"free" | "pro">, never, import("../src/index.ts").ChoiceInput<"free" | "pro">>;
        role: import("../src/index.ts").Field<import("../src/index.ts").RequiredChoiceInput<"guest" | "owner">, import("../src/index.ts").RequiredChoiceInput<"guest" | "owner">, never, import("../src/index.ts").ChoiceInput<"guest" | "owner">>;
        languages: import("../src/index.ts").Field<import("../src/index.ts").ListInput<string>, import("../src/index.ts").RequiredListInput<string>, never, import("../src/index.ts").ListInput<string>>;
        grades: import("../src/index.ts").Field<import("../src/index.ts").RequiredListInput<number>, import("../src/index.ts").RequiredListInput<number>, never, import("../src/index.ts").ListInput<number>>;
        home: import("../src/index.ts").ObjectField<{
            readonly city: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        }>;
        address: import("../src/index.ts").ObjectField<{
            readonly city: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
            readonly geo: import("../src/index.ts").ObjectField<{
                readonly zone: import("../src/index.ts").Field<import("../src/index.ts").IntegerInput, import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").SumInput, import("../src/index.ts").IntegerInput>;
            }>;
        }>;
    };
    readonly tags: readonly ["VIP", "churned"];
    readonly events: {
        opened: {
            campaign: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
            device: import("../src/index.ts").Field<import("../src/index.ts").RequiredTextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
        };
        purchase: {
            amount: import("../src/index.ts").Field<import("../src/index.ts").DecimalInput, import("../src/index.ts").RequiredDecimalInput, import("../src/index.ts").SumInput, import("../src/index.ts").DecimalInput>;
            units: import("../src/index.ts").Field<import("../src/index.ts").IntegerInput, import("../src/index.ts").RequiredIntegerInput, import("../src/index.ts").SumInput, import("../src/index.ts").IntegerInput>;
            sku: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
            weight: import("../src/index.ts").Field<import("../src/index.ts").NumberInput, import("../src/index.ts").RequiredNumberInput, never, import("../src/index.ts").NumberInput>;
        };
    };
}>;
export interface Crm extends SchemaOf<typeof schema> {
}
export declare const segment: () => import("../src/index.ts").EmptySegment<Crm>;
/** The same with tags that are made up as people are tagged. */
declare const openSchema: import("../src/index.ts").Schema<{
    readonly fields: {
        state: import("../src/index.ts").Field<import("../src/index.ts").TextInput, import("../src/index.ts").RequiredTextInput, never, import("../src/index.ts").TextInput>;
    };
    readonly tags: import("../src/index.ts").OpenTags<"VIP" | "churned">;
}>;
export interface OpenCrm extends SchemaOf<typeof openSchema> {
}
export declare const open: import("../src/index.ts").Segmentry<OpenCrm>;
export {};
