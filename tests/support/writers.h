// Clients that write through the gateway and remember, outside the processes
// under test, what was acknowledged.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/suite.h"

namespace triad::testing {

// One write of one client: `number` counts from 1. True if acknowledged.
using WriteOnce = std::function<bool(int client, int number)>;

// What one client knows. A write in flight when its server died may or may not
// have happened; nothing else may.
struct ClientRecord {
  int acknowledged = 0;  // newest number that was acknowledged
  int attempted = 0;     // newest number that was sent
};

// Runs clients, each sending its next write when the one before is answered. A
// client stops at its first write that is not acknowledged, or when told to.
class Writers {
 public:
  Writers(int clients, WriteOnce write);
  ~Writers();

  // Continues every client after its last attempt.
  void Start();
  // Ends the clients' threads; each finishes the write it is at.
  void Stop();

  // Only while stopped.
  const std::vector<ClientRecord>& records() const { return records_; }
  // Writes acknowledged so far, from any thread.
  int acknowledged() const { return acknowledged_; }

 private:
  void Run(int client);

  WriteOnce write_;
  std::vector<ClientRecord> records_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stop_{false};
  std::atomic<int> acknowledged_{0};
};

// Entries "namespaces/crash/entries/<client>" counted upwards, and the check:
// every value is the newest acknowledged one, or the one that was in flight.
WriteOnce EntryWriter(Suite& suite);
std::vector<std::string> EntryProblems(Suite& suite, const std::vector<ClientRecord>& records);

// Objects "buckets/crash/objects/<client>", overwritten each time with another
// content of another size, and the check: every content is whole, and the newest
// acknowledged or the one in flight. Creates the bucket.
WriteOnce ObjectWriter(Suite& suite);
std::vector<std::string> ObjectProblems(Suite& suite, const std::vector<ClientRecord>& records);

}  // namespace triad::testing
