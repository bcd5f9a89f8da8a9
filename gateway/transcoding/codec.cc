#include "gateway/transcoding/codec.h"

#include <google/protobuf/descriptor.h>

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

  absl::StatusOr<std::string> JsonToWire(const Descriptor& type,
                                         absl::string_view json) const override {
    return ParseJsonMessage(pool_, tables_, options_, tables_.Of(type), json);
  }

  absl::StatusOr<std::string> JsonToWire(const FieldDescriptor& field,
                                         absl::string_view json) const override {
    return ParseJsonField(pool_, tables_, options_, EntryOf(field), json);
  }

  absl::StatusOr<std::string> WireToJson(const Descriptor& type,
                                         absl::string_view wire) const override {
    return PrintJsonMessage(pool_, tables_, options_, tables_.Of(type), wire);
  }

  absl::StatusOr<std::string> WireToJson(const FieldDescriptor& field,
                                         absl::string_view wire) const override {
    const messages::MessageTable& type = tables_.Of(*field.containing_type());
    return PrintJsonField(pool_, tables_, options_, type, EntryOf(field), wire);
  }

 private:
  const messages::FieldEntry& EntryOf(const FieldDescriptor& field) const {
    return *tables_.Of(*field.containing_type())
                .FindByNumber(static_cast<std::uint32_t>(field.number()));
  }

  const DescriptorPool& pool_;
  const CodecOptions options_;
  const messages::MessageTables tables_;
};

}  // namespace

std::unique_ptr<Codec> MakeCodec(const DescriptorPool& pool, const CodecOptions& options) {
  return std::make_unique<TableCodec>(pool, options);
}

}  // namespace triad::gateway
