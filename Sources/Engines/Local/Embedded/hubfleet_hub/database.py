print("{\"state\": \"current\"}")
