/** A schema with every kind of field, required and optional, and names that have to be quoted in SQL. */
export declare const schema: import("@segmentry/core").Schema<{
    readonly fields: {
        state: import("@segmentry/core").Field<import("@segmentry/core").TextInput, import("@segmentry/core").RequiredTextInput, never, import("@segmentry/core").TextInput>;
        name: import("@segmentry/core").Field<import("@segmentry/core").RequiredTextInput, import("@segmentry/core").RequiredTextInput, never, import("@segmentry/core").TextInput>;
        plan: import("@segmentry/core").Field<import("@segmentry/core").ChoiceInput<"free" | "owner's" | "pro">, import("@segmentry/core").RequiredChoiceInput<"free" | "owner's" | "pro">, never, import("@segmentry/core").ChoiceInput<"free" | "owner's" | "pro">>;
        tier: import("@segmentry/core").Field<import("@segmentry/core").RequiredChoiceInput<"one" | "two">, import("@segmentry/core").RequiredChoiceInput<"one" | "two">, never, import("@segmentry/core").ChoiceInput<"one" | "two">>;
        visits: import("@segmentry/core").Field<import("@segmentry/core").IntegerInput, import("@segmentry/core").RequiredIntegerInput, import("@segmentry/core").SumInput, import("@segmentry/core").IntegerInput>;
        age: import("@segmentry/core").Field<import("@segmentry/core").RequiredIntegerInput, import("@segmentry/core").RequiredIntegerInput, import("@segmentry/core").SumInput, import("@segmentry/core").IntegerInput>;
        score: import("@segmentry/core").Field<import("@segmentry/core").NumberInput, import("@segmentry/core").RequiredNumberInput, never, import("@segmentry/core").NumberInput>;
        ratio: import("@segmentry/core").Field<import("@segmentry/core").RequiredNumberInput, import("@segmentry/core").RequiredNumberInput, never, import("@segmentry/core").NumberInput>;
        spent: import("@segmentry/core").Field<import("@segmentry/core").DecimalInput, import("@segmentry/core").RequiredDecimalInput, import("@segmentry/core").SumInput, import("@segmentry/core").DecimalInput>;
        balance: import("@segmentry/core").Field<import("@segmentry/core").RequiredDecimalInput, import("@segmentry/core").RequiredDecimalInput, import("@segmentry/core").SumInput, import("@segmentry/core").DecimalInput>;
        active: import("@segmentry/core").Field<import("@segmentry/core").BooleanInput, import("@segmentry/core").RequiredBooleanInput, never, import("@segmentry/core").BooleanInput>;
        verified: import("@segmentry/core").Field<import("@segmentry/core").RequiredBooleanInput, import("@segmentry/core").RequiredBooleanInput, never, import("@segmentry/core").BooleanInput>;
        birthday: import("@segmentry/core").Field<import("@segmentry/core").DateInput, import("@segmentry/core").RequiredDateInput, never, import("@segmentry/core").DateInput>;
        joined: import("@segmentry/core").Field<import("@segmentry/core").RequiredDateInput, import("@segmentry/core").RequiredDateInput, never, import("@segmentry/core").DateInput>;
        seenAt: import("@segmentry/core").Field<import("@segmentry/core").TimestampInput, import("@segmentry/core").RequiredTimestampInput, never, import("@segmentry/core").TimestampInput>;
        createdAt: import("@segmentry/core").Field<import("@segmentry/core").RequiredTimestampInput, import("@segmentry/core").RequiredTimestampInput, never, import("@segmentry/core").TimestampInput>;
        languages: import("@segmentry/core").Field<import("@segmentry/core").ListInput<string>, import("@segmentry/core").RequiredListInput<string>, never, import("@segmentry/core").ListInput<string>>;
        lucky: import("@segmentry/core").Field<import("@segmentry/core").RequiredListInput<number>, import("@segmentry/core").RequiredListInput<number>, never, import("@segmentry/core").ListInput<number>>;
        prices: import("@segmentry/core").Field<import("@segmentry/core").ListInput<string | number>, import("@segmentry/core").RequiredListInput<string | number>, never, import("@segmentry/core").ListInput<string | number>>;
        roles: import("@segmentry/core").Field<import("@segmentry/core").ListInput<"admin" | "reader">, import("@segmentry/core").RequiredListInput<"admin" | "reader">, never, import("@segmentry/core").ListInput<"admin" | "reader">>;
        'home address': import("@segmentry/core").ObjectField<{
            readonly city: import("@segmentry/core").Field<import("@segmentry/core").TextInput, import("@segmentry/core").RequiredTextInput, never, import("@segmentry/core").TextInput>;
            readonly zip: import("@segmentry/core").Field<import("@segmentry/core").IntegerInput, import("@segmentry/core").RequiredIntegerInput, import("@segmentry/core").SumInput, import("@segmentry/core").IntegerInput>;
            readonly geo: import("@segmentry/core").ObjectField<{
                readonly lat: import("@segmentry/core").Field<import("@segmentry/core").NumberInput, import("@segmentry/core").RequiredNumberInput, never, import("@segmentry/core").NumberInput>;
            }>;
        }>;
    };
    readonly tags: import("@segmentry/core").OpenTags<"VIP" | "churned">;
    readonly events: {
        opened: {
            campaign: import("@segmentry/core").Field<import("@segmentry/core").TextInput, import("@segmentry/core").RequiredTextInput, never, import("@segmentry/core").TextInput>;
            clicks: import("@segmentry/core").Field<import("@segmentry/core").IntegerInput, import("@segmentry/core").RequiredIntegerInput, import("@segmentry/core").SumInput, import("@segmentry/core").IntegerInput>;
            device: import("@segmentry/core").Field<import("@segmentry/core").ChoiceInput<"desk" | "phone">, import("@segmentry/core").RequiredChoiceInput<"desk" | "phone">, never, import("@segmentry/core").ChoiceInput<"desk" | "phone">>;
        };
        purchase: {
            amount: import("@segmentry/core").Field<import("@segmentry/core").DecimalInput, import("@segmentry/core").RequiredDecimalInput, import("@segmentry/core").SumInput, import("@segmentry/core").DecimalInput>;
            quantity: import("@segmentry/core").Field<import("@segmentry/core").IntegerInput, import("@segmentry/core").RequiredIntegerInput, import("@segmentry/core").SumInput, import("@segmentry/core").IntegerInput>;
            sku: import("@segmentry/core").Field<import("@segmentry/core").RequiredTextInput, import("@segmentry/core").RequiredTextInput, never, import("@segmentry/core").TextInput>;
            gift: import("@segmentry/core").Field<import("@segmentry/core").BooleanInput, import("@segmentry/core").RequiredBooleanInput, never, import("@segmentry/core").BooleanInput>;
            due: import("@segmentry/core").Field<import("@segmentry/core").DateInput, import("@segmentry/core").RequiredDateInput, never, import("@segmentry/core").DateInput>;
            paidAt: import("@segmentry/core").Field<import("@segmentry/core").TimestampInput, import("@segmentry/core").RequiredTimestampInput, never, import("@segmentry/core").TimestampInput>;
            labels: import("@segmentry/core").Field<import("@segmentry/core").ListInput<string>, import("@segmentry/core").RequiredListInput<string>, never, import("@segmentry/core").ListInput<string>>;
            shop: import("@segmentry/core").ObjectField<{
                readonly city: import("@segmentry/core").Field<import("@segmentry/core").TextInput, import("@segmentry/core").RequiredTextInput, never, import("@segmentry/core").TextInput>;
            }>;
        };
        'page view': {
            path: import("@segmentry/core").Field<import("@segmentry/core").TextInput, import("@segmentry/core").RequiredTextInput, never, import("@segmentry/core").TextInput>;
            seconds: import("@segmentry/core").Field<import("@segmentry/core").NumberInput, import("@segmentry/core").RequiredNumberInput, never, import("@segmentry/core").NumberInput>;
        };
    };
}>;
