#include "tests/support/writers.h"

#include <utility>

#include "tests/support/http.h"

namespace triad::testing {
namespace {

std::string EntryUrl(Suite& suite, std::size_t client) {
  return suite.Url("/api/v1/namespaces/crash/entries/" + std::to_string(client));
}

std::string ObjectUrl(Suite& suite, std::size_t client) {
  return suite.Url("/api/v1/buckets/crash/objects/" + std::to_string(client));
}

// Differs in every byte position and in size from the one before.
std::string Content(int number) {
  std::string content;
  std::size_t size = 1 + static_cast<std::size_t>(number) * 7919 % 200'000;
  while (content.size() < size) content += "write " + std::to_string(number) + ";";
  content.resize(size);
  return content;
}

bool IsNewest(int found, const ClientRecord& record) {
  return found >= record.acknowledged && found <= record.attempted;
}

std::string Problem(std::size_t client, const ClientRecord& record, const std::string& found) {
  return "client " + std::to_string(client) + ": " + std::to_string(record.acknowledged) +
         " was acknowledged, " + std::to_string(record.attempted) + " attempted, found " + found;
}

}  // namespace

Writers::Writers(int clients, WriteOnce write)
    : write_(std::move(write)), records_(static_cast<std::size_t>(clients)) {}

Writers::~Writers() { Stop(); }

void Writers::Start() {
  stop_ = false;
  for (int client = 0; client < static_cast<int>(records_.size()); ++client) {
    threads_.emplace_back([this, client] { Run(client); });
  }
}

void Writers::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Writers::Run(int client) {
  ClientRecord& record = records_[static_cast<std::size_t>(client)];
  while (!stop_) {
    ++record.attempted;
    if (!write_(client, record.attempted)) return;
    record.acknowledged = record.attempted;
    ++acknowledged_;
  }
}

WriteOnce EntryWriter(Suite& suite) {
  return [&suite](int client, int number) {
    nlohmann::json body = {{"value", {{"intValue", std::to_string(number)}}}};
    return Put(EntryUrl(suite, static_cast<std::size_t>(client)), body.dump()).status == 200;
  };
}

std::vector<std::string> EntryProblems(Suite& suite, const std::vector<ClientRecord>& records) {
  std::vector<std::string> problems;
  for (std::size_t client = 0; client < records.size(); ++client) {
    HttpResponse reply = OnceServed([&] { return Get(EntryUrl(suite, client)); });
    if (reply.status == 404 && records[client].acknowledged == 0) continue;
    if (reply.status != 200 ||
        !IsNewest(std::stoi(reply.json()["value"]["intValue"].get<std::string>()),
                  records[client])) {
      problems.push_back(Problem(client, records[client], reply.body));
    }
  }
  return problems;
}

WriteOnce ObjectWriter(Suite& suite) {
  Post(suite.Url("/api/v1/buckets?bucket_id=crash"));
  return [&suite](int client, int number) {
    return Put(ObjectUrl(suite, static_cast<std::size_t>(client)), Content(number),
               {"Content-Type: text/plain"})
               .status == 200;
  };
}

std::vector<std::string> ObjectProblems(Suite& suite, const std::vector<ClientRecord>& records) {
  std::vector<std::string> problems;
  for (std::size_t client = 0; client < records.size(); ++client) {
    HttpResponse reply = OnceServed([&] { return Get(ObjectUrl(suite, client)); });
    const ClientRecord& record = records[client];
    if (reply.status == 404 && record.acknowledged == 0) continue;
    bool whole = false;
    for (int number = record.acknowledged; number <= record.attempted; ++number) {
      whole = whole || (number > 0 && reply.body == Content(number));
    }
    if (reply.status != 200 || !reply.error.empty() || !whole) {
      problems.push_back(Problem(
          client, record,
          std::to_string(reply.body.size()) + " bytes: " + reply.error + reply.body.substr(0, 60)));
    }
  }
  return problems;
}

}  // namespace triad::testing
