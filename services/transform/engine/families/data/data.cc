#include "services/transform/engine/families/data/data.h"

#include "services/transform/engine/families/data/operations.h"

namespace triad::transform {

Family DataFamily() {
  return {.id = "data",
          .summary = "JSON, YAML and CSV; numbers and the order of keys stay as they are written.",
          .operations = {CsvToJson(), JsonMinify(), JsonPointer(), JsonPretty(), JsonSortKeys(),
                         JsonToCsv(), JsonToYaml(), JsonValidate(), YamlToJson()}};
}

}  // namespace triad::transform
