// How much memory and time conversion takes, of what is made to take much.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <new>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/testing/rules_proto.h"

namespace {

// Bytes that are allocated now, and the most there were since they were last looked at. The
// test has one thread.
std::size_t allocated = 0;
std::size_t peak = 0;
constexpr std::size_t kHead = alignof(std::max_align_t);

void* Allocate(std::size_t size) {
  auto* head = static_cast<std::size_t*>(std::malloc(size + kHead));
  if (head == nullptr) std::abort();
  *head = size;
  allocated += size;
  peak = std::max(peak, allocated);
  return reinterpret_cast<char*>(head) + kHead;
}

void Free(void* memory) {
  if (memory == nullptr) return;
  auto* head = reinterpret_cast<std::size_t*>(static_cast<char*>(memory) - kHead);
  allocated -= *head;
  std::free(head);
}

}  // namespace

void* operator new(std::size_t size) { return Allocate(size); }
void* operator new[](std::size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, std::size_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { Free(memory); }

namespace triad::gateway {
namespace {

// `count` pieces with something between them.
std::string Joined(int count, absl::string_view separator,
                   const std::function<std::string(int)>& piece) {
  std::string joined;
  for (int i = 0; i < count; ++i) absl::StrAppend(&joined, i == 0 ? "" : separator, piece(i));
  return joined;
}

std::string Repeated(int count, absl::string_view piece) {
  return Joined(count, "", [&](int) { return std::string(piece); });
}

struct Input {
  const char* name;
  std::string (*make)(int count);
};

constexpr Input kTexts[] = {
    {"keys of a map",
     [](int n) {
       return absl::StrCat("{\"counts\":{",
                           Joined(n, ",", [](int i) { return absl::StrCat("\"", i, "\":1"); }),
                           "}}");
     }},
    {"keys of a Struct",
     [](int n) {
       return absl::StrCat("{\"struct\":{",
                           Joined(n, ",", [](int i) { return absl::StrCat("\"", i, "\":1"); }),
                           "}}");
     }},
    {"keys with escapes",
     [](int n) {
       return absl::StrCat(
           "{\"counts\":{",
           Joined(n, ",", [](int i) { return absl::StrCat("\"\\u0061", i, "\":1"); }), "}}");
     }},
    {"keys that are ignored",
     [](int n) {
       return absl::StrCat("{\"nope\":{",
                           Joined(n, ",", [](int i) { return absl::StrCat("\"", i, "\":1"); }),
                           "}}");
     }},
    {"negative numbers",
     [](int n) { return absl::StrCat("{\"ints\":[", Repeated(n, "-1,"), "1]}"); }},
    {"numbers without packing",
     [](int n) { return absl::StrCat("{\"loose\":[", Repeated(n, "1,"), "1]}"); }},
    {"small messages",
     [](int n) { return absl::StrCat("{\"children\":[", Repeated(n, "{},"), "{}]}"); }},
    {"messages of 128 bytes",
     [](int n) {
       std::string one = absl::StrCat("{\"text\":\"", std::string(128, 'x'), "\"},");
       return absl::StrCat("{\"children\":[", Repeated(n / 100, one), "{}]}");
     }},
    {"deep messages",
     [](int n) {
       std::string one = absl::StrCat(Repeated(90, "{\"child\":"), "{}", std::string(90, '}'), ",");
       return absl::StrCat("{\"children\":[", Repeated(n / 500, one), "{}]}");
     }},
    {"deep Anys, their types last",
     [](int n) {
       std::string one = absl::StrCat(Repeated(90, "{\"value\":"), "{}",
                                      Repeated(90, ",\"@type\":\"a/google.protobuf.Any\"}"), ",");
       return absl::StrCat(
           "{\"datas\":[],\"anys\":{",
           Joined(
               n / 4000, ",",
               [&](int i) { return absl::StrCat("\"", i, "\":", one.substr(0, one.size() - 1)); }),
           "}}");
     }},
    {"a long string",
     [](int n) { return absl::StrCat("{\"text\":\"", std::string(4 * n, 'x'), "\"}"); }},
    {"a string of escapes",
     [](int n) { return absl::StrCat("{\"text\":\"", Repeated(n, "\\u0041"), "\"}"); }},
    {"base64", [](int n) { return absl::StrCat("{\"data\":\"", Repeated(n, "AAAA"), "\"}"); }},
    {"a long number",
     [](int n) { return absl::StrCat("{\"real64\":0.", std::string(4 * n, '1'), "}"); }},
    {"white space", [](int n) { return absl::StrCat("{", std::string(4 * n, ' '), "}"); }},
    {"a list of values",
     [](int n) { return absl::StrCat("{\"list\":[", Repeated(n, "[],"), "1]}"); }},
    {"paths of a mask",
     [](int n) { return absl::StrCat("{\"mask\":\"", Repeated(n, "aB,"), "c\"}"); }},
};

constexpr Input kWires[] = {
    {"fields of all kinds in turn", [](int n) { return Repeated(n, "\xd8\x02\x01\x90\x01\x01"); }},
    {"one field again and again", [](int n) { return Repeated(n, "\x08\x01"); }},
    {"packed numbers",
     [](int n) {
       return absl::StrCat("\x92\x01\x80\x80\x04", std::string(65536, '\1'),
                           Repeated(n, "\xd8\x02\x01"));
     }},
    {"keys of a map",
     [](int n) {
       return Joined(n, "", [](int i) {
         std::string key = absl::StrCat(i);
         return absl::StrCat("\xb2\x01", std::string(1, static_cast<char>(4 + key.size())), "\x0a",
                             std::string(1, static_cast<char>(key.size())), key, "\x10\x01");
       });
     }},
    {"a map's key again and again",
     [](int n) { return Repeated(n, "\xb2\x01\x05\x0a\x01x\x10\x01"); }},
    {"unknown fields", [](int n) { return Repeated(n, "\xb8\x3e\x01"); }},
    {"a string of controls",
     [](int n) {
       return absl::StrCat("\x72\x80\x80\x10", std::string(262144, '\1'), Repeated(n, "\x68\x01"));
     }},
    {"small messages", [](int n) { return Repeated(n, "\xa2\x01\x02\x08\x01"); }},
};

double ProcessorSeconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
}

class BoundsTest : public ::testing::Test {
 protected:
  using Convert = absl::StatusOr<std::string> (*)(const Codec&, const google::protobuf::Descriptor&,
                                                  absl::string_view);

  static absl::StatusOr<std::string> Read(const Codec& codec,
                                          const google::protobuf::Descriptor& type,
                                          absl::string_view json) {
    return codec.JsonToWire(type, json);
  }
  static absl::StatusOr<std::string> Write(const Codec& codec,
                                           const google::protobuf::Descriptor& type,
                                           absl::string_view wire) {
    return codec.WireToJson(type, wire, kTerse);
  }

  const google::protobuf::Descriptor& type_of_all() {
    return *set_->pool().FindMessageTypeByName("test.All");
  }

  // The most bytes there were, what is converted and what it becomes included, above the bound.
  std::int64_t Excess(Convert convert, const Input& input, int count) {
    std::string text = input.make(count);
    std::size_t before = allocated;
    peak = allocated;
    auto result = convert(*codec_, type_of_all(), text);
    EXPECT_TRUE(result.ok()) << input.name << result.status();
    if (!result.ok()) return 0;
    auto used = static_cast<std::int64_t>(peak - before + text.size());
    return used - static_cast<std::int64_t>(2 * (text.size() + result->size()) + (1 << 20));
  }

  // Processor time, which other processes do not add to; the best of five.
  double Seconds(Convert convert, const std::string& text) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
      double begin = ProcessorSeconds();
      (void)convert(*codec_, type_of_all(), text);
      best = std::min(best, ProcessorSeconds() - begin);
    }
    return best;
  }

  // Four times as much takes about four times as long, or twice that beside others who use the same
  // caches and memory; a square takes sixteen times as long.
  void ExpectLinear(Convert convert, const Input& input, int count) {
    double small = Seconds(convert, input.make(count));
    double large = Seconds(convert, input.make(4 * count));
    EXPECT_LT(large, 12 * small + 0.005) << input.name;
  }

  std::unique_ptr<DescriptorSet> set_ = CompileDescriptors(RulesProtos());
  std::unique_ptr<Codec> codec_ = MakeCodec(set_->pool(), {.ignore_unknown = true});
};

TEST_F(BoundsTest, MemoryOfReading) {
  for (const Input& input : kTexts) {
    EXPECT_LE(Excess(&Read, input, 500'000), 0) << input.name;
  }
}

TEST_F(BoundsTest, MemoryOfWriting) {
  for (const Input& input : kWires) {
    EXPECT_LE(Excess(&Write, input, 500'000), 0) << input.name;
  }
}

TEST_F(BoundsTest, TimeOfReading) {
  for (const Input& input : kTexts) ExpectLinear(&Read, input, 50'000);
}

TEST_F(BoundsTest, TimeOfWriting) {
  for (const Input& input : kWires) ExpectLinear(&Write, input, 50'000);
}

}  // namespace
}  // namespace triad::gateway
