#include "services/transform/catalogue.h"

#include "services/transform/families/encoding/encoding.h"
#include "services/transform/families/text/text.h"

namespace triad::transform {

// The table. A new operation is a function in its family's file and a row here.
const std::vector<Operation>& AllOperations() {
  static const auto& operations = *new std::vector<Operation>{
      FromBase64(), ToBase64(), ToHex(),  // encoding
      ChangeCase(), Reverse(),            // text
  };
  return operations;
}

const Operation* FindOperation(absl::string_view id) {
  for (const Operation& operation : AllOperations()) {
    if (operation.id == id) return &operation;
  }
  return nullptr;
}

}  // namespace triad::transform
