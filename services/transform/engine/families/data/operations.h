// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation CsvToJson();
Operation JsonMinify();
Operation JsonPointer();
Operation JsonPretty();
Operation JsonSortKeys();
Operation JsonToCsv();
Operation JsonToYaml();
Operation JsonValidate();
Operation YamlToJson();

}  // namespace triad::transform
