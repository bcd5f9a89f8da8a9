#include "gateway/transcoding/codec.h"

#include <google/protobuf/descriptor.h>

#include "gateway/transcoding/parse/body_paths.h"
#include "gateway/transcoding/parse/parse.h"
#include "gateway/transcoding/print/print.h"
#include "runtime/messages/message_tables.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;

class TableCodec : public Codec {
 public:
  TableCodec(const DescriptorPool& pool, const CodecOptions& options)
      : pool_(pool), options_(options) {}

  absl::StatusOr<std::string> JsonToWire(const Descriptor& type, absl::string_view json,
                                         ConversionMemory& memory) const override {
    return ParseJsonMessage(pool_, tables_, options_, tables_.Of(type), json, memory);
  }

  absl::StatusOr<std::string> JsonToWire(const FieldPath& path, absl::string_view json,
                                         ConversionMemory& memory) const override {
    return ParseJsonField(pool_, tables_, options_, EntriesOf(path), json, memory);
  }

  absl::StatusOr<std::vector<std::string>> PathsIn(const Descriptor& type,
                                                   absl::string_view json) const override {
    return PathsInJson(pool_, tables_, options_, tables_.Of(type), json);
  }

  absl::StatusOr<std::string> WireToJson(const Descriptor& type, absl::string_view wire,
                                         const JsonStyle& style,
                                         ConversionMemory& memory) const override {
    return PrintJsonMessage(pool_, tables_, style, tables_.Of(type), wire, memory);
  }

  absl::StatusOr<std::string> WireToJson(const FieldPath& path, absl::string_view wire,
                                         const JsonStyle& style,
                                         ConversionMemory& memory) const override {
    const messages::MessageTable& type = tables_.Of(*path.front()->containing_type());
    return PrintJsonField(pool_, tables_, style, type, EntriesOf(path), wire, memory);
  }

 private:
  messages::EntryPath EntriesOf(const FieldPath& path) const {
    messages::EntryPath entries;
    for (const FieldDescriptor* field : path) {
      const messages::MessageTable& type = tables_.Of(*field->containing_type());
      entries.push_back(type.FindByNumber(static_cast<std::uint32_t>(field->number())));
    }
    return entries;
  }

  const DescriptorPool& pool_;
  const CodecOptions options_;
  const messages::MessageTables tables_;
};

class Uncounted final : public ConversionMemory {
 public:
  bool Take(std::size_t) override { return true; }
  void Return(std::size_t) override {}
};

}  // namespace

ConversionMemory& UncountedMemory() {
  static Uncounted memory;
  return memory;
}

absl::Status NoMemoryToConvert() {
  return absl::UnavailableError(
      "there is no memory to convert this (--memory_budget_bytes); try again");
}

std::unique_ptr<Codec> MakeCodec(const DescriptorPool& pool, const CodecOptions& options) {
  return std::make_unique<TableCodec>(pool, options);
}

}  // namespace triad::gateway
