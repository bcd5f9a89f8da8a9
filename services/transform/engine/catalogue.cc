#include "services/transform/engine/catalogue.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "services/transform/engine/families/compression/compression.h"
#include "services/transform/engine/families/crypto/crypto.h"
#include "services/transform/engine/families/data/data.h"
#include "services/transform/engine/families/encoding/encoding.h"
#include "services/transform/engine/families/hashing/hashing.h"
#include "services/transform/engine/families/lines/lines.h"
#include "services/transform/engine/families/text/text.h"
#include "services/transform/engine/families/unicode/unicode.h"
#include "services/transform/engine/families/value/value.h"
#include "services/transform/engine/worker.h"

namespace triad::transform {
namespace {

// The table. A new family is a folder and a row here.
std::vector<Family> MakeFamilies() {
  return {CompressionFamily(), CryptoFamily(), DataFamily(),    EncodingFamily(), HashingFamily(),
          LinesFamily(),       TextFamily(),   UnicodeFamily(), ValueFamily()};
}

std::vector<Family> CompleteFamilies() {
  std::vector<Family> families = MakeFamilies();
  for (Family& family : families) {
    std::vector<Operation>& operations = family.operations;
    std::sort(operations.begin(), operations.end(),
              [](const Operation& one, const Operation& other) { return one.id < other.id; });
    for (Operation& operation : operations) {
      operation.family = family.id;
      if (operation.takes == Data::kText) operation.parameters.push_back(InvalidTextParameter());
    }
  }
  return families;
}

using Index = absl::flat_hash_map<std::string, const Operation*>;

Index MakeIndex() {
  Index index;
  for (const Operation* operation : AllOperations()) {
    index.emplace(operation->id, operation);
    for (const std::string& alias : operation->aliases) index.emplace(alias, operation);
  }
  return index;
}

}  // namespace

const std::vector<Family>& AllFamilies() {
  static const auto& families = *new std::vector<Family>(CompleteFamilies());
  return families;
}

const std::vector<const Operation*>& AllOperations() {
  static const auto& operations = *[] {
    auto* all = new std::vector<const Operation*>();
    for (const Family& family : AllFamilies()) {
      for (const Operation& operation : family.operations) all->push_back(&operation);
    }
    return all;
  }();
  return operations;
}

const Operation* FindOperation(absl::string_view name) {
  static const Index& index = *new Index(MakeIndex());
  auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace triad::transform
