// The smallest user of the component: one master, one SMMU, one memory.  The SMMU is as reset
// leaves it: all bypasses.
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "smmuv3/smmu.h"
#include "tlm_sockets/stream_extension.h"

struct Memory : sc_core::sc_module {
    tlm_utils::simple_target_socket<Memory> data{"data"};      ///< translated traffic
    tlm_utils::simple_target_socket<Memory> tables{"tables"};  ///< the SMMU's own accesses
    std::array<uint8_t, 0x2000> bytes{};

    explicit Memory(sc_core::sc_module_name name) : sc_module(name) {
        data.register_b_transport(this, &Memory::b_transport);
        tables.register_b_transport(this, &Memory::b_transport);
    }

    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
        uint8_t* here = bytes.data() + p.get_address();
        if (p.is_write())
            std::memcpy(here, p.get_data_ptr(), p.get_data_length());
        else
            std::memcpy(p.get_data_ptr(), here, p.get_data_length());
        delay += sc_core::sc_time(50.0, sc_core::SC_NS);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

struct Master : sc_core::sc_module {
    using SC_CURRENT_USER_MODULE = Master;
    tlm_utils::simple_initiator_socket<Master> dma{"dma"};
    bool succeeded = false;

    explicit Master(sc_core::sc_module_name name) : sc_module(name) { SC_THREAD(copy); }

    void copy() {
        uint32_t sent = 0x00C0'FFEE, received = 0;
        transfer(tlm::TLM_WRITE_COMMAND, sent);
        transfer(tlm::TLM_READ_COMMAND, received);
        succeeded = received == sent;
    }

    void transfer(tlm::tlm_command command, uint32_t& word) {
        smmu::StreamIn in;
        in.stream = smmu::arch::StreamId{5};
        smmu::StreamExtension identity(in);
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(0x1000);
        payload.set_data_ptr(reinterpret_cast<uint8_t*>(&word));
        payload.set_data_length(sizeof word);
        payload.set_streaming_width(sizeof word);
        payload.set_extension(&identity);
        sc_core::sc_time delay;
        dma->b_transport(payload, delay);
        wait(delay);
        payload.clear_extension(&identity);
    }
};

int sc_main(int, char**) {
    Master master("master");
    smmu::Smmu<> smmu("smmu");
    Memory memory("memory");
    master.dma.bind(smmu.tbu[0]);
    smmu.mem[0].bind(memory.data);
    smmu.ptw.bind(memory.tables);
    sc_core::sc_start();

    uint32_t stored = 0;
    std::memcpy(&stored, memory.bytes.data() + 0x1000, sizeof stored);
    std::printf("stream 5 wrote 0x%x through the SMMU to 0x1000 and read it back: %s\n", stored,
                master.succeeded ? "yes" : "no");
    return master.succeeded && stored == 0x00C0'FFEE ? 0 : 1;
}
