// --data_dir and --database: where a program's data is, whether it serves or not.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad {
class OptionParser;
}

namespace triad::service {

// Whether a program can do without a database.
enum class DataNeed { kRequired, kOptional };

// Plain values that flags fill.
class DataPlace {
 public:
  // Of the binary `program`. Defaults: ./data/<name> and sqlite:<data_dir>/<name>.db, <name>
  // without "triad-".
  explicit DataPlace(absl::string_view program, DataNeed need = DataNeed::kRequired);

  // `parser` fills this, which must outlive it.
  void AddTo(OptionParser& parser);

  const std::string& directory() const { return directory_; }
  // False for "none" where that can be.
  bool has_database() const;
  std::string DatabaseUrl() const;

 private:
  const DataNeed need_;
  const std::string name_;
  std::string directory_;
  std::string database_;
};

}  // namespace triad::service
