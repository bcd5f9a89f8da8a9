// --data_dir and --database: where a program's data is, whether it serves or not.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad {
class OptionParser;
}

namespace triad::service {

// Plain values that flags fill.
class DataPlace {
 public:
  // Of the binary `program`. Defaults: ./data/<name> and sqlite:<data_dir>/<name>.db, <name>
  // without "triad-".
  explicit DataPlace(absl::string_view program);

  // `parser` fills this, which must outlive it.
  void AddTo(OptionParser& parser);

  const std::string& directory() const { return directory_; }
  std::string DatabaseUrl() const;

 private:
  const std::string name_;
  std::string directory_;
  std::string database_;
};

}  // namespace triad::service
