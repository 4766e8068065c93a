"""Hold a record as version 0.1 sealed it, with a key made for this test."""

SEALED_TO_THE_KEY_ITSELF = (
    "a015ffa0f47a26f8fd090070687bb20fc5cae077b724e8fab5fb659a023bbc6f",
    (
        "a3195a38eba79a6a9aadae3d8da1c5f073d86cd836e64bcd9a3637abeacad9687917009b9e6c6ecfd04680902296c3fb7573"
        "094cc536879183bb3b068e0d709806933f1fd93d4f4083ab9348f58f6652085d4599749f2da8f41169098944bc403a6ffc09"
        "e39114557fbdb36a0503ea8a"
    ),
    {"url": "https://pictures.example/1.jpg"},
)
