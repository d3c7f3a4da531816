// A stream socket to a client that listens, and the lines on it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "platform/expected.h"

namespace smmu::platform::remote {

class Connection {
public:
    Connection() = default;  ///< closed
    ~Connection() { close(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Connects to a unix socket.  Refused: a path that is too long, or nobody listens there.
    std::optional<Refusal> connect(const std::string& path);

    bool open() const { return fd_ >= 0; }
    int fd() const { return fd_; }  ///< negative: closed

    /// What has come in; waits if nothing has.  Empty: the client has gone, and the socket is
    /// closed.
    std::string receive();
    /// All of it, or the socket is closed: the client has gone.
    void send(std::string_view bytes);
    void close();

private:
    int fd_ = -1;
};

/// Cuts a stream into lines.
class LineBuffer {
public:
    explicit LineBuffer(size_t longest) : longest_(longest) {}

    void add(std::string_view bytes);
    /// The next whole line without its newline, or false.  A line that is too long comes out empty,
    /// with `too_long` set, once its newline has been seen.
    struct Line {
        std::string text;
        bool too_long = false;
    };
    bool next(Line& line);

private:
    const size_t longest_;
    std::string held_;
    size_t begin_ = 0;     ///< of the line that is being read
    size_t searched_ = 0;  ///< no newline before here
    bool skipping_ = false;
};

}  // namespace smmu::platform::remote
