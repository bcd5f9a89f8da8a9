#include "services/config/transfer/formats/file_writer.h"

namespace triad::config {

std::unique_ptr<FileWriter> NewFileWriter(FileFormat format) {
  switch (format) {
    case FileFormat::kJson:
      return NewJsonWriter();
    case FileFormat::kYaml:
      return NewYamlWriter();
    case FileFormat::kEnv:
      break;
  }
  return NewEnvWriter();
}

}  // namespace triad::config
