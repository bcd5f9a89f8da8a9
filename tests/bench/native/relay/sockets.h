// Sockets of the relay, which end the program where they cannot be had.
#pragma once

#include <netinet/in.h>

#include <string>
#include <vector>

#include "runtime/io/posix.h"

namespace triad::bench {

// Of "A.B.C.D:PORT".
sockaddr_in ParseAddress(const std::string& text);

// As many sockets as there are loops, all listening on one port, which the kernel shares out. With
// port 0 it picks a free one, which is then in `address`.
std::vector<Descriptor> Listen(sockaddr_in& address, std::size_t count);

// A connection that does not block from then on.
Descriptor Connect(const sockaddr_in& address);

}  // namespace triad::bench
