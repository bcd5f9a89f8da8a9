#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

constexpr Keyword kKeywords[] = {
    {"definitions", &CompileDefinitions},

    {"type", &CompileType},
    {"enum", &CompileEnum},
    {"const", &CompileConst},

    {"multipleOf", &CompileMultipleOf},
    {"maximum", &CompileMaximum},
    {"exclusiveMaximum", &CompileExclusiveMaximum},
    {"minimum", &CompileMinimum},
    {"exclusiveMinimum", &CompileExclusiveMinimum},

    {"maxLength", &CompileMaxLength},
    {"minLength", &CompileMinLength},
    {"pattern", &CompilePattern},

    {"maxItems", &CompileMaxItems},
    {"minItems", &CompileMinItems},
    {"uniqueItems", &CompileUniqueItems},
    {"contains", &CompileContains},
    {"items", &CompileItems},
    {"additionalItems", &CompileAdditionalItems},

    {"maxProperties", &CompileMaxProperties},
    {"minProperties", &CompileMinProperties},
    {"required", &CompileRequired},
    {"properties", &CompileProperties},
    {"patternProperties", &CompilePatternProperties},
    {"additionalProperties", &CompileAdditionalProperties},
    {"propertyNames", &CompilePropertyNames},
    {"dependencies", &CompileDependencies},

    {"allOf", &CompileAllOf},
    {"anyOf", &CompileAnyOf},
    {"oneOf", &CompileOneOf},
    {"not", &CompileNot},
    {"if", &CompileIf},
    {"then", &CompileBranch},
    {"else", &CompileBranch},

    // Annotations: a format is one, too, which section 7.2 of the specification allows.
    {"$comment", &CompileText},
    {"title", &CompileText},
    {"description", &CompileText},
    {"format", &CompileText},
    {"contentEncoding", &CompileText},
    {"contentMediaType", &CompileText},
    {"readOnly", &CompileFlag},
    {"writeOnly", &CompileFlag},
    {"examples", &CompileExamples},
};

}  // namespace

absl::Span<const Keyword> Keywords() { return kKeywords; }

}  // namespace triad::json_schema
