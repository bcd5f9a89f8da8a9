// Writes files of entries, piece by piece.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/config/model/entry.h"
#include "services/config/transfer/formats/file_entry.h"

namespace triad::config {

// What it returns, one after the other, is a file that ReadFile reads. A secret whose value is
// the mask is masked in it.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  virtual std::string Begin() = 0;
  // The next entry, in order of key. FAILED_PRECONDITION, naming it, if the format cannot say
  // it.
  virtual absl::StatusOr<std::string> Add(const Entry& entry) = 0;
  virtual std::string End() = 0;
};

std::unique_ptr<FileWriter> NewFileWriter(FileFormat format);

std::unique_ptr<FileWriter> NewJsonWriter();
std::unique_ptr<FileWriter> NewYamlWriter();
std::unique_ptr<FileWriter> NewEnvWriter();

}  // namespace triad::config
