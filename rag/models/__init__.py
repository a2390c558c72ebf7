"""The models that run here: the embedder and the reader, on OpenVINO or PyTorch, files checked."""
