// Writes a document in the forms in which it goes around, as FILE.json, FILE.wire and FILE.answer:
// what a client sends, what the service is sent and sends back, and what the client is answered.
//   triad_bench_documents KIND FILE
// KIND is one of json_documents.h.
#include <fstream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/transcoding/codec.h"
#include "tests/bench/native/json_documents.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

template <typename T>
T OrFail(absl::StatusOr<T> result) {
  if (!result.ok()) Fail(result.status().ToString());
  return *std::move(result);
}

void Write(const std::string& file, const std::string& bytes) {
  std::ofstream stream(file, std::ios::binary);
  stream << bytes;
  stream.close();
  if (!stream) Fail(absl::StrCat("cannot write ", file));
}

int Main(int argc, char** argv) {
  if (argc != 3) Fail("usage: triad_bench_documents KIND FILE");
  std::string json = MakeDocument(argv[1]);
  if (json.empty()) Fail(absl::StrCat("there is no document ", argv[1]));
  auto set = OrFail(gateway::DescriptorSet::FromFile(TRIAD_BENCH_DESCRIPTORS));
  auto codec = gateway::MakeCodec(set->pool(), {});
  const auto& type = *set->pool().FindMessageTypeByName("bench.Doc");
  std::string wire = OrFail(codec->JsonToWire(type, json));
  std::string file = argv[2];
  Write(file + ".json", json);
  Write(file + ".wire", wire);
  Write(file + ".answer", OrFail(codec->WireToJson(type, wire, gateway::kTerse)));
  return 0;
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { return triad::bench::Main(argc, argv); }
