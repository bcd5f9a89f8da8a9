// JSON to wire bytes or back, or one behind the other, again and again, on one core.
//   triad_bench_json KIND read|write|both triad|libprotobuf SECONDS
// KIND is a document of json_documents.h. What is converted is checked once: read back, it is what
// it was.
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/transcoding/codec.h"
#include "runtime/base/elapsed.h"
#include "tests/bench/native/json_documents.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

using Convert = std::function<std::string(const std::string&)>;

struct Converter {
  Convert read;   // JSON to wire bytes
  Convert write;  // and back
};

Converter Triads(const gateway::DescriptorSet& set) {
  std::shared_ptr<gateway::Codec> codec = gateway::MakeCodec(set.pool(), {});
  const auto* type = set.pool().FindMessageTypeByName("bench.Doc");
  return {[codec, type](const std::string& json) {
            auto wire = codec->JsonToWire(*type, json);
            if (!wire.ok()) Fail(wire.status().ToString());
            return *std::move(wire);
          },
          [codec, type](const std::string& wire) {
            auto json = codec->WireToJson(*type, wire, gateway::kTerse);
            if (!json.ok()) Fail(json.status().ToString());
            return *std::move(json);
          }};
}

Converter Libprotobufs(const gateway::DescriptorSet& set) {
  namespace util = google::protobuf::util;
  std::string url = "type.googleapis.com/bench.Doc";
  std::shared_ptr<util::TypeResolver> types(
      util::NewTypeResolverForDescriptorPool("type.googleapis.com", &set.pool()));
  return {[types, url](const std::string& json) {
            std::string wire;
            if (!util::JsonToBinaryString(types.get(), url, json, &wire).ok()) Fail("not read");
            return wire;
          },
          [types, url](const std::string& wire) {
            std::string json;
            if (!util::BinaryToJsonString(types.get(), url, wire, &json).ok()) Fail("not written");
            return json;
          }};
}

Convert ConvertOf(const Converter& converter, absl::string_view way) {
  if (way == "read") return converter.read;
  if (way == "write") return converter.write;
  if (way != "both") Fail(absl::StrCat("there is no way ", way));
  return [converter](const std::string& json) { return converter.write(converter.read(json)); };
}

int Main(int argc, char** argv) {
  double seconds;
  if (argc != 5 || !absl::SimpleAtod(argv[4], &seconds)) {
    Fail("usage: triad_bench_json KIND read|write|both triad|libprotobuf SECONDS");
  }
  std::string json = MakeDocument(argv[1]);
  if (json.empty()) Fail(absl::StrCat("there is no document ", argv[1]));
  auto set = gateway::DescriptorSet::FromFile(TRIAD_BENCH_DESCRIPTORS);
  if (!set.ok()) Fail(set.status().ToString());
  bool is_ours = absl::string_view(argv[3]) == "triad";
  Converter converter = is_ours ? Triads(**set) : Libprotobufs(**set);
  std::string wire = converter.read(json);
  std::string written = converter.write(wire);
  if (converter.write(converter.read(written)) != written) Fail("what was converted has changed");
  Convert convert = ConvertOf(converter, argv[2]);
  const std::string& input = absl::string_view(argv[2]) == "write" ? wire : json;
  Result result;
  Stopwatch whole;
  absl::Duration spent = ProcessorTime();
  while (result.durations.empty() || whole.elapsed() < absl::Seconds(seconds)) {
    Stopwatch one;
    convert(input);
    result.durations.push_back(one.elapsed());
  }
  result.took = whole.elapsed();
  result.processor = ProcessorTime() - spent;
  Print(result);
  return 0;
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { return triad::bench::Main(argc, argv); }
