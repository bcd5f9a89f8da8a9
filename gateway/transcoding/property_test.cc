// Random messages: what the codec makes of them is what libprotobuf makes of them.
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/testing/random_message.h"
#include "gateway/transcoding/testing/rules_proto.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

constexpr int kMessages = 3000;

class PropertyTest : public ::testing::Test {
 protected:
  const Descriptor& Type(const std::string& name) {
    return *set_->pool().FindMessageTypeByName(name);
  }
  std::unique_ptr<Message> New(const Descriptor& type) {
    return std::unique_ptr<Message>(messages_.GetPrototype(&type)->New());
  }
  std::unique_ptr<Message> Random(const Descriptor& type) {
    auto message = New(type);
    FillRandomly(random_, *message);
    Normalize(*message);
    return message;
  }
  // What is different in the two messages.
  std::string Differences(const Descriptor& type, const std::string& one,
                          const std::string& other) {
    auto first = New(type), second = New(type);
    EXPECT_TRUE(first->ParsePartialFromString(one) && second->ParsePartialFromString(other));
    Normalize(*first);
    Normalize(*second);
    google::protobuf::util::DefaultFieldComparator floats;
    floats.set_treat_nan_as_equal(true);
    google::protobuf::util::MessageDifferencer differencer;
    differencer.set_field_comparator(&floats);
    std::string differences;
    differencer.ReportDifferencesToString(&differences);
    differencer.Compare(*first, *second);
    return differences;
  }
  std::string LibraryJson(const Descriptor& type, const std::string& wire) {
    std::string json;
    auto status = google::protobuf::util::BinaryToJsonString(
        resolver_.get(), absl::StrCat("type.googleapis.com/", type.full_name()), wire, &json);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return json;
  }
  std::string LibraryWire(const Descriptor& type, const std::string& json) {
    std::string wire;
    auto status = google::protobuf::util::JsonToBinaryString(
        resolver_.get(), absl::StrCat("type.googleapis.com/", type.full_name()), json, &wire);
    EXPECT_TRUE(status.ok()) << status.ToString() << json;
    return wire;
  }

  std::unique_ptr<DescriptorSet> set_ = CompileDescriptors(RulesProtos());
  std::unique_ptr<Codec> codec_ = MakeCodec(set_->pool(), {});
  std::unique_ptr<google::protobuf::util::TypeResolver> resolver_{
      google::protobuf::util::NewTypeResolverForDescriptorPool("type.googleapis.com",
                                                               &set_->pool())};
  google::protobuf::DynamicMessageFactory messages_;
  Randomness random_{20'261'130};
};

TEST_F(PropertyTest, WritesWhatLibprotobufReads) {
  const Descriptor& type = Type("test.All");
  for (int i = 0; i < kMessages; ++i) {
    std::string wire = Random(type)->SerializeAsString();
    auto json = codec_->WireToJson(type, wire, kTerse);
    ASSERT_TRUE(json.ok()) << json.status();
    ASSERT_TRUE(nlohmann::json::accept(*json)) << *json;
    EXPECT_EQ(Differences(type, LibraryWire(type, *json), wire), "") << *json;
  }
}

TEST_F(PropertyTest, ReadsWhatLibprotobufWrites) {
  const Descriptor& type = Type("test.All");
  for (int i = 0; i < kMessages; ++i) {
    std::string wire = Random(type)->SerializeAsString();
    std::string json = LibraryJson(type, wire);
    auto back = codec_->JsonToWire(type, json);
    ASSERT_TRUE(back.ok()) << back.status() << json;
    EXPECT_EQ(Differences(type, *back, wire), "") << json;
  }
}

// Extensions and groups are what libprotobuf's converter does not know.
TEST_F(PropertyTest, WhatIsWrittenIsReadAsTheSame) {
  for (const char* name : {"test.All", "old.Old"}) {
    const Descriptor& type = Type(name);
    for (int i = 0; i < kMessages; ++i) {
      std::string wire = Random(type)->SerializePartialAsString();
      auto json = codec_->WireToJson(type, wire, kTerse);
      ASSERT_TRUE(json.ok()) << json.status();
      auto back = codec_->JsonToWire(type, *json);
      ASSERT_TRUE(back.ok()) << back.status() << *json;
      EXPECT_EQ(Differences(type, *back, wire), "") << *json;
      EXPECT_EQ(*codec_->WireToJson(type, *back, kTerse), *json);
    }
  }
}

TEST_F(PropertyTest, TheOrderOfFieldsDoesNotMatter) {
  for (const char* name : {"test.All", "old.Old"}) {
    const Descriptor& type = Type(name);
    for (int i = 0; i < kMessages; ++i) {
      // Two messages, one behind the other, are merged.
      std::string wire = Random(type)->SerializePartialAsString();
      if (i % 2 == 0) wire += Random(type)->SerializePartialAsString();
      auto merged = New(type);
      ASSERT_TRUE(merged->ParsePartialFromString(wire));
      auto json = codec_->WireToJson(type, Shuffled(random_, type, wire), kTerse);
      ASSERT_TRUE(json.ok()) << json.status();
      auto back = codec_->JsonToWire(type, *json);
      ASSERT_TRUE(back.ok()) << back.status() << *json;
      EXPECT_EQ(Differences(type, *back, merged->SerializePartialAsString()), "") << *json;
    }
  }
}

// Damaged bytes are refused or read, and what is read is read as libprotobuf reads it.
TEST_F(PropertyTest, SurvivesDamage) {
  const Descriptor& type = Type("test.All");
  int read = 0;
  for (int i = 0; i < 3 * kMessages; ++i) {
    std::string wire = Random(type)->SerializeAsString();
    if (wire.empty()) continue;
    wire[random_() % wire.size()] = static_cast<char>(random_());
    auto message = New(type);
    auto json = codec_->WireToJson(type, wire, kTerse);
    if (!json.ok()) continue;
    ++read;
    ASSERT_TRUE(nlohmann::json::accept(*json)) << *json;
    auto back = codec_->JsonToWire(type, *json);
    ASSERT_TRUE(back.ok()) << back.status() << *json;
    // It also refuses text that is not UTF-8 in what later fields replace.
    if (!message->ParseFromString(wire)) continue;
    Normalize(*message);
    auto undamaged = codec_->WireToJson(type, message->SerializeAsString(), kTerse);
    ASSERT_TRUE(undamaged.ok()) << undamaged.status();
    EXPECT_EQ(nlohmann::json::parse(*json), nlohmann::json::parse(*undamaged));
  }
  EXPECT_GT(read, kMessages);
}

}  // namespace
}  // namespace triad::gateway
