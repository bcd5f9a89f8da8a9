// Prints the OpenAPI document of a descriptor set: the build makes the frontend's
// types from it.
#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gateway/openapi/openapi.h"
#include "gateway/protos/descriptor_set.h"
#include "runtime/base/options/options.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"

namespace triad::gateway {
namespace {

constexpr char kProgram[] = "triad-openapi";

absl::Status Write(const std::string& document, const std::string& output) {
  if (output.empty()) {
    std::fwrite(document.data(), 1, document.size(), stdout);
    return absl::OkStatus();
  }
  std::ofstream file(output, std::ios::binary);
  file << document;
  file.close();
  if (file.fail()) return absl::InternalError(absl::StrCat(output, ": cannot be written"));
  return absl::OkStatus();
}

absl::Status Run(const std::string& input, const std::string& output) {
  TRIAD_ASSIGN_OR_RETURN(auto set, DescriptorSet::FromFile(input));
  OpenApiOptions options;
  options.version = std::string(GetBuildInfo().version);
  TRIAD_ASSIGN_OR_RETURN(std::string document,
                         OpenApiDocument(set->pool(), set->service_files(), options));
  return Write(document, output);
}

}  // namespace
}  // namespace triad::gateway

int main(int argc, char** argv) {
  std::string input;
  std::string output;
  triad::OptionParser parser(triad::gateway::kProgram,
                             "Prints the OpenAPI document of a descriptor set.");
  parser.Add("descriptor_set", &input, "file made by protoc --descriptor_set_out");
  parser.Add("output", &output, "file to write; standard output if empty");
  parser.ParseOrExit(argc, argv);
  absl::Status status = triad::gateway::Run(input, output);
  if (!status.ok()) triad::ExitWithError(triad::gateway::kProgram, status);
  return 0;
}
