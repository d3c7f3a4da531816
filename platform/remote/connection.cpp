// Unix sockets, blocking: there is one client, and it waits for each answer.
#include "platform/remote/connection.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace smmu::platform::remote {

std::optional<Refusal> Connection::connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Refusal{"the path of a socket has at most " +
                       std::to_string(sizeof address.sun_path - 1) + " characters: " + path};
    path.copy(address.sun_path, path.size());

    close();
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (open() && ::connect(fd_, generic, sizeof address) == 0) return std::nullopt;
    const std::string reason = std::strerror(errno);
    close();
    return Refusal{"cannot connect to " + path + ": " + reason +
                   "; the client must listen there first"};
}

std::string Connection::receive() {
    std::array<char, 65536> buffer;
    ssize_t got = -1;
    do got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    while (got < 0 && errno == EINTR);
    if (got > 0) return {buffer.data(), static_cast<size_t>(got)};
    close();
    return {};
}

void Connection::send(std::string_view bytes) {
    while (open() && !bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            bytes.remove_prefix(static_cast<size_t>(sent));
        else if (errno != EINTR)
            close();
    }
}

void Connection::close() {
    if (open()) ::close(fd_);
    fd_ = -1;
}

void LineBuffer::add(std::string_view bytes) {
    held_.erase(0, begin_);
    searched_ -= begin_;
    begin_ = 0;
    held_ += bytes;
}

bool LineBuffer::next(Line& line) {
    const size_t end = held_.find('\n', searched_);
    if (end == held_.npos) {
        searched_ = held_.size();
        if (held_.size() - begin_ > longest_) {
            skipping_ = true;
            begin_ = held_.size();
        }
        return false;
    }
    line.too_long = skipping_ || end - begin_ > longest_;
    line.text = line.too_long ? std::string() : held_.substr(begin_, end - begin_);
    skipping_ = false;
    begin_ = searched_ = end + 1;
    return true;
}

}  // namespace smmu::platform::remote
