//! Bodies of requests, to every operation of the simulator: each is answered, none with a 500, and
//! every refusal says why (R55). The first byte chooses the operation, the second the content type.

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect_simulator::fuzzing::Bench;

fuzz_target!(|input: &[u8]| {
    let [operation, media, body @ ..] = input else {
        return;
    };
    let bench = Bench::new();
    let media = match media % 4 {
        0 => "multipart/form-data; boundary=b",
        1 => "",
        _ => "application/json",
    };
    let index = usize::from(*operation) % bench.operations();
    // The second time it meets what the first has left.
    for _ in 0..2 {
        let reply = bench
            .call(index, media, body)
            .expect("there is such an operation");
        let (operation, status) = (reply.operation, reply.status);
        assert!((200..500).contains(&status), "{operation} answers {status}");
        if status >= 400 {
            let answer: serde_json::Value =
                serde_json::from_slice(&reply.body).expect("a refusal is JSON");
            let message = answer["message"].as_str().unwrap_or_default();
            assert!(
                !message.is_empty(),
                "{operation} refuses with {status} and no message"
            );
        }
    }
});
